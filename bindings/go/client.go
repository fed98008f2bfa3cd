package hostbill

import (
	"context"
	"encoding/json"
	"fmt"
)

// A Client is a client of one portal. Any number of goroutines may use it at the same time; up to 64 calls run side by
// side, and more wait for their turn.
//
// Its fields are groups of operations. Printing it shows no secret.
type Client struct {
	Operations
	handle *handle
	portal string
}

// New makes a client. It sends nothing, so that wrong credentials show at the first call. A [*UsageError] names every
// mistake in the configuration; a [*LibraryError] says that the library was not found.
func New(config Config) (*Client, error) {
	text, err := object("configuration", config)
	if err != nil {
		return nil, err
	}
	handle, err := connect(text)
	if err != nil {
		return nil, err
	}
	return &Client{Operations: newOperations(handle), handle: handle, portal: config.Portal}, nil
}

// Call runs an operation by its id, or by method and path, and returns the whole answer.
//
//	answer, err := client.Call(ctx, "servers.reboot", hostbill.Params{"server_id": 1})
//	answer, err := client.Call(ctx, "POST /server/{server_id}/reboot", hostbill.Params{"server_id": 1})
func (c *Client) Call(ctx context.Context, operation string, params Params, options ...Option) (*Answer, error) {
	if len(params) == 0 {
		return answer(ctx, c.handle, operation, options)
	}
	return answer(ctx, c.handle, operation, options, params)
}

// Close stops every call in progress and refuses new ones; it returns when all have been told. It may be called again, and
// always returns nil.
func (c *Client) Close() error {
	c.handle.close()
	return nil
}

// Closed says whether Close was called.
func (c *Client) Closed() bool { return c.handle.isClosed() }

// String names the portal.
func (c *Client) String() string {
	if c.Closed() {
		return fmt.Sprintf("hostbill.Client(%s, closed)", c.portal)
	}
	return fmt.Sprintf("hostbill.Client(%s)", c.portal)
}

// GoString is String.
func (c *Client) GoString() string { return c.String() }

// An Option holds for one call alone.
type Option func(*call)

type call struct {
	options []option
	answer  *Answer
}

type option struct {
	name  string
	value any
}

// WithAnswer puts the whole answer into a variable, besides what the method returns.
//
//	var answer hostbill.Answer
//	servers, err := client.Servers.List(ctx, hostbill.WithAnswer(&answer))
//
// It is the way to the data where they are not of the method's type: after [WithRaw] and [WithDryRun].
func WithAnswer(answer *Answer) Option { return func(c *call) { c.answer = answer } }

// WithOption sets an option by its name: one that the library knows and this package does not yet.
func WithOption(name string, value any) Option {
	return func(c *call) {
		for index := range c.options {
			if c.options[index].name == name {
				c.options[index].value = value
				return
			}
		}
		c.options = append(c.options, option{name, value})
	}
}

// Runs an operation and returns the data as a T. Parts are maps and structs of parameters.
func run[T any](ctx context.Context, handle *handle, operation string, options []Option, parts ...any) (T, error) {
	var data T
	into, found, err := send(ctx, handle, operation, options, parts, func(r *reader) bool { return r.into(&data) })
	if err != nil {
		return data, err
	}
	if into != nil {
		*into = found.answer()
	}
	// Nothing is lost where the whole answer is at hand.
	if !found.fits && into == nil {
		return data, unreadable(operation, fmt.Errorf("a %T was expected", data))
	}
	return data, nil
}

func answer(ctx context.Context, handle *handle, operation string, options []Option, parts ...any) (*Answer, error) {
	into, found, err := send(ctx, handle, operation, options, parts, nil)
	if err != nil {
		return nil, err
	}
	full := found.answer()
	if into != nil {
		*into = full
	}
	return &full, nil
}

func send(ctx context.Context, handle *handle, operation string, options []Option, parts []any, data func(*reader) bool) (*Answer, *envelope, error) {
	chosen := call{}
	for _, option := range options {
		option(&chosen)
	}
	params, err := object(operation, parts...)
	if err != nil {
		return nil, nil, err
	}
	settings, err := optionsText(chosen.options)
	if err != nil {
		return nil, nil, err
	}
	found, err := handle.call(ctx, operation, params, settings, wanted{data, data == nil || chosen.answer != nil})
	return chosen.answer, found, err
}

func unreadable(operation string, err error) error {
	return typed(Error{
		Class:     "internal",
		Status:    statusInternal,
		Message:   "the data is not of the type that the operation has: " + err.Error(),
		Operation: operation,
	})
}

// Catalog is the catalogue of a portal, or of all where the name is empty: see hostbill_catalog in hostbill.h.
func Catalog(portal string) (map[string]any, error) {
	native, err := library()
	if err != nil {
		return nil, err
	}
	text := taken(native.catalog(portal), native.stringFree)
	var failed struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(text, &failed) == nil && failed.Error != nil {
		return nil, newError(failed.Error, nil)
	}
	var out map[string]any
	return out, decode(text, &out)
}

// Version is the version of the library, such as "0.1.0"; empty if it could not be loaded.
func Version() string {
	native, err := library()
	if err != nil {
		return ""
	}
	return native.version()
}

// LiveObjects is how many clients and texts of the library have not been freed: 0 when all clients are closed.
func LiveObjects() int64 {
	native, err := library()
	if err != nil {
		return 0
	}
	return native.liveObjects()
}
