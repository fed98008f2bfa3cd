package hostbill

import (
	"encoding/json"
	"os"
	"time"
)

// An Error is what every failed call returns, inside the type of its class.
type Error struct {
	// Class is the kind of the error, such as "not_found".
	Class string

	// Status is the class as a number.
	Status int

	// Message is one line in English.
	Message string

	// Operation is the id of the operation, if there was one.
	Operation string

	// HTTPStatus is the status of the last response; 0 if there was none.
	HTTPStatus int

	// PortalErrors is what the portal said.
	PortalErrors []string

	// Attempts is how many requests were sent.
	Attempts int

	// Retryable says that calling again may help, and cannot act twice.
	Retryable bool

	// Fields has every mistake in what was given.
	Fields []FieldError

	// Portals has those that have the operation, where this one does not.
	Portals []string

	// Reconcile has the parameters with which the operation reconcile settles an unknown outcome.
	Reconcile map[string]any

	// RetryAfter is how long the portal asked to wait; 0 if it did not.
	RetryAfter time.Duration

	// History has each request, where there was more than one.
	History []Attempt

	// Tag is the text that was given with WithTag.
	Tag string

	cause error
}

// What the types of the classes consist of; under its own name its field would hide the method Error.
type base = Error

// A FieldError is one mistake in what was given.
type FieldError struct {
	// Field names the parameter or setting.
	Field string `json:"field"`

	// Problem says what is wrong with it.
	Problem string `json:"problem"`

	// Expected says what it should be.
	Expected string `json:"expected"`

	// Nearest is the name or value that was probably meant.
	Nearest string `json:"nearest"`
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the error of the context that stopped the call, if one did.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is work with the sentinels, such as ErrNotFound, and with os.ErrDeadlineExceeded for timeouts.
func (e *Error) Is(target error) bool {
	if class, isClass := target.(sentinel); isClass {
		return string(class) == e.Class
	}
	return target == os.ErrDeadlineExceeded && e.Timeout()
}

// Timeout says that time ran out.
func (e *Error) Timeout() bool { return e.Class == "timeout" }

// What the sentinels are: an error class.
type sentinel string

func (s sentinel) Error() string { return "hostbill: " + string(s) }

// Reads an error object; cause is what stopped the call, if something did.
func newError(text []byte, cause error) error {
	var from struct {
		Class        string         `json:"class"`
		Status       int            `json:"status"`
		Message      string         `json:"message"`
		Operation    string         `json:"operation"`
		HTTPStatus   int            `json:"http_status"`
		PortalErrors []string       `json:"portal_errors"`
		Attempts     int            `json:"attempts"`
		Retryable    bool           `json:"retryable"`
		Fields       []FieldError   `json:"fields"`
		Portals      []string       `json:"portals"`
		Reconcile    map[string]any `json:"reconcile"`
		RetryAfter   json.Number    `json:"retry_after_s"`
		History      []Attempt      `json:"history"`
		Tag          string         `json:"tag"`
	}
	if err := decode(text, &from); err != nil {
		return typed(Error{Class: "internal", Status: statusInternal, Message: "the library's answer cannot be read: " + err.Error()})
	}
	retryAfter, _ := from.RetryAfter.Float64()
	failure := Error{
		Class:        from.Class,
		Status:       from.Status,
		Message:      from.Message,
		Operation:    from.Operation,
		HTTPStatus:   from.HTTPStatus,
		PortalErrors: from.PortalErrors,
		Attempts:     from.Attempts,
		Retryable:    from.Retryable,
		Fields:       from.Fields,
		Portals:      from.Portals,
		Reconcile:    from.Reconcile,
		RetryAfter:   time.Duration(retryAfter * float64(time.Second)),
		History:      from.History,
		Tag:          from.Tag,
	}
	if failure.Class == "cancelled" || failure.Class == "outcome_unknown" {
		failure.cause = cause
	}
	return typed(failure)
}

// The usage error with what is given of it.
func usage(failure Error) error {
	failure.Class, failure.Status = "usage", statusUsage
	return typed(failure)
}

func closedError() error { return usage(Error{Message: "the client is closed"}) }
