package hostbill

import (
	"bytes"
	"context"
	"encoding/json"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// What a client is to the library. Calls are submitted to it, and one goroutine hands out the answers, so that each call
// can be stopped alone.
type connection struct {
	native *nativeLibrary

	mutex   sync.Mutex // guards all below
	client  uintptr    // 0 once it has been freed
	closed  bool
	waiting map[int64]chan []byte // by the number of the submission; nil before the first
	drained chan struct{}         // closed when every answer has been taken and the client freed
}

// What clients and groups hold. When none does any more, the garbage collector closes the connection.
type handle struct{ *connection }

func connect(config string) (*handle, error) {
	native, err := library()
	if err != nil {
		return nil, err
	}
	c := &connection{native: native, drained: make(chan struct{})}
	var failure *byte
	if status := native.clientNew(config, &c.client, &failure); status != 0 {
		return nil, newError(taken(failure, native.stringFree), nil)
	}
	h := &handle{c}
	runtime.SetFinalizer(h, func(h *handle) { go h.close() })
	return h, nil
}

// Runs an operation and returns its envelope's parts, or the error.
func (h *handle) call(ctx context.Context, operation, params, options string) (*envelope, error) {
	defer runtime.KeepAlive(h)
	if err := ctx.Err(); err != nil {
		return nil, typed(Error{
			Class:     "cancelled",
			Status:    statusCancelled,
			Message:   "cancelled before anything was sent: " + err.Error(),
			Operation: operation,
			cause:     err,
		})
	}
	id, answer, err := h.submit(operation, params, options)
	if err != nil {
		return nil, err
	}
	var text []byte
	var cause error
	select {
	case text = <-answer:
	case <-ctx.Done():
		cause = ctx.Err()
		h.cancel(id)
		text = <-answer
	}
	var out envelope
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, typed(Error{Class: "internal", Status: statusInternal, Message: "the library's answer cannot be read: " + err.Error()})
	}
	if !out.OK {
		return nil, newError(out.Error, cause)
	}
	return &out, nil
}

// {"id":1,"ok":true,"data":..,"info":[..],"meta":{..}} or {"id":1,"ok":false,"error":{..}}.
type envelope struct {
	OK    bool            `json:"ok"`
	Data  json.RawMessage `json:"data"`
	Info  []string        `json:"info"`
	Meta  Meta            `json:"meta"`
	Error json.RawMessage `json:"error"`
}

func (c *connection) submit(operation, params, options string) (int64, <-chan []byte, error) {
	if strings.ContainsRune(operation, 0) {
		return 0, nil, usage(Error{Message: "the operation's name holds NUL"})
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.closed {
		return 0, nil, closedError()
	}
	var id int64
	var failure *byte
	if status := c.native.clientSubmit(c.client, operation, params, options, &id, &failure); status != 0 {
		return 0, nil, newError(taken(failure, c.native.stringFree), nil)
	}
	if c.waiting == nil {
		c.waiting = map[int64]chan []byte{}
		go c.deliver()
	}
	answer := make(chan []byte, 1)
	c.waiting[id] = answer
	return id, answer, nil
}

// Takes answers until the client is closed and there are no more.
func (c *connection) deliver() {
	const withoutEnd = -1
	for {
		var out *byte
		status := c.native.clientNext(c.client, withoutEnd, &out)
		text := taken(out, c.native.stringFree)
		if status != 0 {
			c.free()
			return
		}
		id := submission(text)
		c.mutex.Lock()
		answer := c.waiting[id]
		delete(c.waiting, id)
		c.mutex.Unlock()
		answer <- text
	}
}

// The number that an envelope begins with.
func submission(text []byte) int64 {
	text = bytes.TrimPrefix(text, []byte(`{"id":`))
	if end := bytes.IndexByte(text, ','); end >= 0 {
		text = text[:end]
	}
	id, _ := strconv.ParseInt(string(text), 10, 64)
	return id
}

func (c *connection) cancel(id int64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.client != 0 {
		c.native.clientCancel(c.client, id)
	}
}

func (c *connection) isClosed() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.closed
}

// Stops everything, and waits until that has been told.
func (c *connection) close() {
	c.mutex.Lock()
	first, idle := !c.closed, c.waiting == nil
	c.closed = true
	if first {
		c.native.clientClose(c.client)
	}
	c.mutex.Unlock()
	if first && idle {
		c.free()
	}
	<-c.drained
}

func (c *connection) free() {
	c.mutex.Lock()
	client, waiting := c.client, c.waiting
	c.client, c.closed, c.waiting = 0, true, map[int64]chan []byte{}
	c.mutex.Unlock()
	c.native.clientFree(client)
	for _, answer := range waiting { // None, unless the library failed.
		answer <- []byte(`{"ok":false,"error":{"class":"internal","status":-18,"message":"the answer was lost"}}`)
	}
	close(c.drained)
}
