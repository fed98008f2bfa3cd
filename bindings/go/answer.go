package hostbill

import (
	"encoding/json"
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

	raw json.RawMessage
}

// Decode puts the data into a variable, as json.Unmarshal does: one of a type of this package, such as [Invoice], or one of
// your own.
//
//	var balance hostbill.Balance
//	err := answer.Decode(&balance)
func (a *Answer) Decode(into any) error { return decode(a.raw, into) }

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
	var from struct {
		Attempt    int    `json:"attempt"`
		Outcome    string `json:"outcome"`
		HTTPStatus int    `json:"http_status"`
		Elapsed    int64  `json:"elapsed_ms"`
		Waited     int64  `json:"waited_ms"`
	}
	err := json.Unmarshal(text, &from)
	*a = Attempt{from.Attempt, from.Outcome, from.HTTPStatus, milliseconds(from.Elapsed), milliseconds(from.Waited)}
	return err
}

// UnmarshalJSON reads the meta part of an answer as the library writes it.
func (m *Meta) UnmarshalJSON(text []byte) error {
	var from struct {
		Operation  string    `json:"operation"`
		HTTPStatus int       `json:"http_status"`
		Attempts   int       `json:"attempts"`
		Elapsed    int64     `json:"elapsed_ms"`
		Tag        string    `json:"tag"`
		History    []Attempt `json:"history"`
	}
	if err := json.Unmarshal(text, &from); err != nil {
		return err
	}
	*m = Meta{
		Operation:  from.Operation,
		HTTPStatus: from.HTTPStatus,
		Attempts:   from.Attempts,
		Elapsed:    milliseconds(from.Elapsed),
		Tag:        from.Tag,
		History:    from.History,
	}
	return decode(text, &m.Values)
}

func milliseconds(number int64) time.Duration { return time.Duration(number) * time.Millisecond }
