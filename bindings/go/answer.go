package hostbill

import (
	"encoding/json"
	"fmt"
	"time"
)

// An Answer is all that came of an operation that succeeded.
type Answer struct {
	// Data is what the portal answered: nil, bool, string, json.Number, []any or map[string]any.
	Data any

	// Info has the portal's remarks.
	Info []string

	// Meta says how it came about.
	Meta Meta

	raw string // the data
}

// Decode puts the data into a variable, as json.Unmarshal does: one of a type of this package, such as [Invoice], or one of
// your own.
//
//	var balance hostbill.Balance
//	err := answer.Decode(&balance)
func (a *Answer) Decode(into any) error { return decode([]byte(a.raw), into) }

// Meta says how an answer came about.
type Meta struct {
	// Operation is the operation's id.
	Operation string

	// HTTPStatus is the status of the last response; 0 if there was none.
	HTTPStatus int

	// Attempts is how many requests were sent.
	Attempts int

	// Elapsed is how long it took.
	Elapsed time.Duration

	// Tag is the text that was given with WithTag.
	Tag string

	// History has each request, where there was more than one.
	History []Attempt

	// Values has all of it as the library gave it, members included that this package does not know.
	Values map[string]any
}

// An Attempt is one request of a call.
type Attempt struct {
	// Attempt counts from 1.
	Attempt int

	// Outcome is "ok" or the class of an error.
	Outcome string

	// HTTPStatus is the status of the response; 0 if there was none.
	HTTPStatus int

	// Elapsed is how long the request took.
	Elapsed time.Duration

	// Waited is how long the call waited before it sent the request.
	Waited time.Duration
}

// UnmarshalJSON reads an attempt as the library writes it.
func (a *Attempt) UnmarshalJSON(text []byte) error {
	var values map[string]any
	err := decode(text, &values)
	*a = attempt(values)
	return err
}

// UnmarshalJSON reads the meta part of an answer as the library writes it.
func (m *Meta) UnmarshalJSON(text []byte) error {
	r := reader{text: string(text)}
	value, ok := r.value()
	if _, isObject := value.(map[string]any); !ok || !isObject {
		return fmt.Errorf("the meta part of an answer is no object")
	}
	m.fill(value)
	return nil
}

func (m *Meta) fill(value any) {
	values, _ := value.(map[string]any)
	*m = Meta{
		HTTPStatus: integer(values["http_status"]),
		Attempts:   integer(values["attempts"]),
		Elapsed:    milliseconds(values["elapsed_ms"]),
		Values:     values,
	}
	m.Operation, _ = values["operation"].(string)
	m.Tag, _ = values["tag"].(string)
	history, _ := values["history"].([]any)
	for _, one := range history {
		values, _ := one.(map[string]any)
		m.History = append(m.History, attempt(values))
	}
}

func attempt(values map[string]any) Attempt {
	outcome, _ := values["outcome"].(string)
	return Attempt{
		Attempt:    integer(values["attempt"]),
		Outcome:    outcome,
		HTTPStatus: integer(values["http_status"]),
		Elapsed:    milliseconds(values["elapsed_ms"]),
		Waited:     milliseconds(values["waited_ms"]),
	}
}

func integer(value any) int {
	number, _ := value.(json.Number)
	out, _ := number.Int64()
	return int(out)
}

func milliseconds(value any) time.Duration { return time.Duration(integer(value)) * time.Millisecond }
