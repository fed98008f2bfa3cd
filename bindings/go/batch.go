package hostbill

import (
	"context"
	"fmt"
)

// A BatchCall is one call of [Client.Batch].
type BatchCall struct {
	// Operation is the operation's id, or method and path.
	Operation string

	// Params has its parameters.
	Params Params

	// Options hold for this call alone.
	Options []Option
}

// An Outcome is what came of one call of [Client.Batch].
type Outcome struct {
	// Index is the call's number, from 0.
	Index int

	// Call is the call.
	Call BatchCall

	// Answer is the answer; nil if the call failed.
	Answer *Answer

	// Err says why it failed; nil if it did not.
	Err error
}

// BatchOptions say how a batch runs.
type BatchOptions struct {
	// Window is how many calls are under way at most; 0: 64.
	Window int

	// Unordered gives outcomes as calls end, instead of in the order of the calls.
	Unordered bool
}

// Batch runs many calls, of which up to 64 are under way at any time. next gives the calls, one at a time, and false
// after the last; it is asked for more as outcomes are taken. Outcomes come in the order of the calls. A call that fails
// is an outcome like any other. Leaving the loop, or ending the context, stops what is under way.
//
// What it returns is for range, from Go 1.23 on; before, it is called with a function that returns false to leave.
//
//	for outcome := range client.Batch(ctx, hostbill.Calls(calls), hostbill.BatchOptions{}) {
//		fmt.Println(outcome.Index, outcome.Answer, outcome.Err)
//	}
func (c *Client) Batch(ctx context.Context, next func() (BatchCall, bool), options BatchOptions) func(yield func(Outcome) bool) {
	return func(yield func(Outcome) bool) {
		window := options.Window
		if window == 0 {
			window = 64
		}
		if window < 0 {
			yield(Outcome{Err: usage(Error{Message: fmt.Sprintf("a window of %d calls is none", window)})})
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		ended := make(chan Outcome, window)
		begun, given, last := 0, 0, false
		ready := map[int]Outcome{} // Those that came before their turn.
		defer func() {
			cancel()
			for taken := given + len(ready); taken < begun; taken++ {
				<-ended
			}
		}()
		for {
			for !last && begun-given < window {
				call, more := next()
				if last = !more; last {
					break
				}
				go func(index int) {
					answer, err := c.Call(ctx, call.Operation, call.Params, call.Options...)
					ended <- Outcome{Index: index, Call: call, Answer: answer, Err: err}
				}(begun)
				begun++
			}
			if given == begun {
				return
			}
			outcome, there := ready[given]
			for !there {
				outcome = <-ended
				there = options.Unordered || outcome.Index == given
				if !there {
					ready[outcome.Index] = outcome
				}
			}
			delete(ready, outcome.Index)
			given++
			if !yield(outcome) {
				return
			}
		}
	}
}

// MapOptions say how [Client.Map] runs, and what is the same for all its calls.
type MapOptions struct {
	// Params has the other parameters.
	Params Params

	// Options hold for each call. WithAnswer is none of them: each outcome has its answer.
	Options []Option

	// Window is how many calls are under way at most; 0: 64.
	Window int

	// Unordered gives outcomes as calls end, instead of in the order of the values.
	Unordered bool
}

// Map runs one operation with each of many values of a parameter, as a [Client.Batch]. next gives the values, one at a
// time, and false after the last. Where the options' Params have the parameter, too, the one outcome is a [*UsageError],
// and no value is asked for.
//
//	for outcome := range client.Map(ctx, "domains.get", "domain_id", hostbill.Values(ids), hostbill.MapOptions{Window: 16}) {
//		fmt.Println(ids[outcome.Index], outcome.Answer, outcome.Err)
//	}
func (c *Client) Map(ctx context.Context, operation, parameter string, next func() (any, bool), options MapOptions) func(yield func(Outcome) bool) {
	if _, twice := options.Params[parameter]; twice {
		const problem = "is given twice: with its values, and in the parameters for all calls"
		err := usage(Error{Message: operation + ": " + parameter + " " + problem, Fields: []FieldError{{Field: parameter, Problem: problem}}})
		return func(yield func(Outcome) bool) { yield(Outcome{Err: err}) }
	}
	calls := func() (BatchCall, bool) {
		value, more := next()
		if !more {
			return BatchCall{}, false
		}
		params := Params{parameter: value}
		for name, other := range options.Params {
			params[name] = other
		}
		return BatchCall{Operation: operation, Params: params, Options: options.Options}, true
	}
	return c.Batch(ctx, calls, BatchOptions{Window: options.Window, Unordered: options.Unordered})
}

// Calls are what [Client.Batch] takes, from a list.
func Calls(calls []BatchCall) func() (BatchCall, bool) {
	return func() (BatchCall, bool) {
		if len(calls) == 0 {
			return BatchCall{}, false
		}
		first := calls[0]
		calls = calls[1:]
		return first, true
	}
}

// Values are what [Client.Map] takes, from a list.
func Values[T any](values []T) func() (any, bool) {
	return func() (any, bool) {
		if len(values) == 0 {
			return nil, false
		}
		first := values[0]
		values = values[1:]
		return first, true
	}
}
