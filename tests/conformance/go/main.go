// Runs conformance cases in Go; ../README.md has the protocol.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sync"
	"time"

	"hostbill.example/hostbill"
)

type object = map[string]any

type step struct {
	Do        string
	Via       string
	Operation string
	Params    hostbill.Params
	Options   object
	Command   string
	Arguments hostbill.Params
	Clients   int
	Each      int
	AfterMS   int `json:"after_ms"`
	Portal    string
	JSON      any
	Step      *step
}

type testCase struct {
	Name    string
	Client  object
	Sandbox object
	Steps   []step
}

// What one case works with.
type bench struct {
	settings object
	sandbox  *hostbill.Sandbox
	client   *hostbill.Client
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var file struct{ Cases []testCase }
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&file); err != nil {
		panic(err)
	}
	for _, one := range file.Cases {
		say(object{"case": one.Name, "results": results(one)})
	}
	say(object{"live_objects": hostbill.LiveObjects()})
}

func say(line object) {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(line); err != nil {
		panic(err)
	}
}

func results(one testCase) []object {
	b := bench{settings: one.Client}
	var err error
	if one.Sandbox != nil {
		var config hostbill.SandboxConfig
		config.More = fill(&config, one.Sandbox)
		if b.sandbox, err = hostbill.NewSandbox(config); err != nil {
			return []object{failure(err)}
		}
		defer b.sandbox.Close()
	}
	if b.client, err = b.another(); err != nil {
		return []object{failure(err)}
	}
	defer b.client.Close()
	out := []object{}
	for index := range one.Steps {
		result, err := b.do(&one.Steps[index])
		if err != nil {
			result = failure(err)
		} else {
			result["ok"] = true
		}
		out = append(out, result)
	}
	return out
}

func (b *bench) another() (*hostbill.Client, error) {
	var config hostbill.Config
	config.More = fill(&config, b.settings)
	if b.sandbox != nil {
		return b.sandbox.Client(config)
	}
	return hostbill.New(config)
}

func (b *bench) do(s *step) (object, error) {
	ctx := context.Background()
	switch s.Do {
	case "call":
		data, err := b.call(ctx, b.client, s)
		return object{"data": data}, err
	case "full":
		var answer hostbill.Answer
		_, err := b.call(ctx, b.client, s, hostbill.WithAnswer(&answer))
		return object{"data": answer.Data, "info": answer.Info, "meta": object{
			"operation":   answer.Meta.Operation,
			"http_status": answer.Meta.HTTPStatus,
			"attempts":    answer.Meta.Attempts,
			"elapsed_ms":  answer.Meta.Elapsed.Milliseconds(),
			"tag":         answer.Meta.Tag,
			"history":     history(answer.Meta.History),
		}}, err
	case "dry":
		data, err := b.call(ctx, b.client, s, hostbill.WithDryRun())
		return object{"data": data}, err
	case "close":
		return object{"data": nil}, b.client.Close()
	case "closed":
		return object{"data": b.client.Closed()}, nil
	case "control":
		data, err := b.sandbox.Control(s.Command, s.Arguments)
		return object{"data": data}, err
	case "stop":
		return object{"data": nil}, b.sandbox.Close()
	case "parallel":
		return object{"data": b.parallel(ctx, s)}, nil
	case "cancel":
		ctx, cancel := context.WithCancel(ctx)
		time.AfterFunc(time.Duration(s.AfterMS)*time.Millisecond, cancel)
		data, err := b.call(ctx, b.client, s.Step)
		if err != nil && !errors.Is(err, context.Canceled) {
			return nil, fmt.Errorf("does not wrap the context's error: %w", err)
		}
		return object{"data": data}, err
	case "catalog":
		found, err := hostbill.Catalog(s.Portal)
		if err != nil {
			return nil, err
		}
		count := func(name string) int { list, _ := found[name].([]any); return len(list) }
		return object{"data": object{"operations": count("operations"), "compositions": count("compositions")}}, nil
	case "version":
		return object{"data": hostbill.Version()}, nil
	case "value":
		return object{"data": s.JSON}, nil
	}
	return object{"skipped": "no such step: " + s.Do}, nil
}

func (b *bench) parallel(ctx context.Context, s *step) object {
	var mutex sync.Mutex
	var group sync.WaitGroup
	answers, failed := []any{}, 0
	for n := 0; n < s.Clients; n++ {
		group.Add(1)
		go func() {
			defer group.Done()
			client, err := b.another()
			if err != nil {
				panic(err)
			}
			defer client.Close()
			for m := 0; m < s.Each; m++ {
				data, err := b.call(ctx, client, s.Step)
				mutex.Lock()
				if err != nil {
					failed++
				} else {
					answers = append(answers, data)
				}
				mutex.Unlock()
			}
		}()
	}
	group.Wait()
	different := 0
	for _, answer := range answers {
		if !reflect.DeepEqual(answer, answers[0]) {
			different++
		}
	}
	return object{"succeeded": len(answers), "failed": failed, "different": different}
}

func (b *bench) call(ctx context.Context, client *hostbill.Client, s *step, options ...hostbill.Option) (any, error) {
	for name, value := range s.Options {
		options = append(options, hostbill.WithOption(name, value))
	}
	if s.Via == "method" {
		return method(ctx, client, s.Operation, s.Params, options)
	}
	answer, err := client.Call(ctx, s.Operation, s.Params, options...)
	if err != nil {
		return nil, err
	}
	return answer.Data, nil
}

// An error as the driver wants to see it, from the members of the native one.
func failure(err error) object {
	var e *hostbill.Error
	if !errors.As(err, &e) {
		return object{"ok": false, "error": object{"type": fmt.Sprintf("%T", err), "message": err.Error()}}
	}
	fields := []object{}
	for _, one := range e.Fields {
		fields = append(fields, object{
			"field": one.Field, "problem": one.Problem, "expected": one.Expected, "nearest": one.Nearest,
		})
	}
	var after any
	if e.RetryAfter > 0 {
		after = e.RetryAfter / time.Second
	}
	return object{"ok": false, "error": object{
		"type":          reflect.TypeOf(err).Elem().Name(),
		"class":         e.Class,
		"status":        e.Status,
		"message":       e.Error(),
		"operation":     e.Operation,
		"http_status":   e.HTTPStatus,
		"portal_errors": e.PortalErrors,
		"attempts":      e.Attempts,
		"retryable":     e.Retryable,
		"fields":        fields,
		"portals":       e.Portals,
		"reconcile":     e.Reconcile,
		"retry_after_s": after,
		"history":       history(e.History),
		"tag":           e.Tag,
	}}
}

func history(attempts []hostbill.Attempt) []object {
	out := []object{}
	for _, one := range attempts {
		out = append(out, object{
			"attempt":     one.Attempt,
			"outcome":     one.Outcome,
			"http_status": one.HTTPStatus,
			"elapsed_ms":  one.Elapsed.Milliseconds(),
			"waited_ms":   one.Waited.Milliseconds(),
		})
	}
	return out
}
