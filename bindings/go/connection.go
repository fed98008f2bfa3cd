package hostbill

import (
	"context"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// As many calls run on their callers' threads; a thread of the system is lent to each. All others are submissions.
const mostDirect = 4

// What a client is to the library. One goroutine hands out the answers to submissions.
type connection struct {
	native *nativeLibrary

	mutex   sync.Mutex // guards all below
	client  uintptr    // 0 once it has been freed
	closed  bool
	direct  int                   // calls on their callers' threads
	uses    int                   // these, the goroutine that hands out answers, and close
	waiting map[int64]chan string // by the number of the submission; nil before the first
	drained chan struct{}         // closed when every answer has been taken and the client freed
}

// Tells calls apart that can be stopped.
var lastKey int64

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

// Runs an operation and returns what is wanted of its envelope, or the error.
func (h *handle) call(ctx context.Context, operation, params, options string, what wanted) (*envelope, error) {
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
	if strings.IndexByte(operation, 0) >= 0 {
		return nil, usage(Error{Message: "the operation's name holds NUL"})
	}
	direct, err := h.enter()
	if err != nil {
		return nil, err
	}
	var text string
	if direct {
		text = h.callHere(ctx, operation, params, options)
	} else if text, err = h.callElsewhere(ctx, operation, params, options); err != nil {
		return nil, err
	}
	return readEnvelope(text, ctx.Err(), what)
}

// Whether the call may run on this thread. An answer true ends with leave.
func (c *connection) enter() (bool, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.closed {
		return false, closedError()
	}
	if c.direct == mostDirect {
		return false, nil
	}
	c.direct++
	c.uses++
	return true, nil
}

func (c *connection) leave() {
	c.mutex.Lock()
	c.direct--
	c.mutex.Unlock()
	c.release()
}

// Ends a use; the last one after close frees the client.
func (c *connection) release() {
	c.mutex.Lock()
	c.uses--
	last := c.closed && c.uses == 0
	c.mutex.Unlock()
	if last {
		c.free()
	}
}

func (c *connection) callHere(ctx context.Context, operation, params, options string) string {
	defer c.leave()
	if ctx.Done() == nil {
		return c.native.call(c.client, operation, params, options)
	}
	key := atomic.AddInt64(&lastKey, 1)
	if options == "" {
		options = "{"
	} else {
		options = options[:len(options)-1] + ","
	}
	options += `"cancel_key":` + strconv.FormatInt(key, 10) + "}"
	defer after(ctx, func() { c.cancel(-key) })()
	return c.native.call(c.client, operation, params, options)
}

func (c *connection) callElsewhere(ctx context.Context, operation, params, options string) (string, error) {
	id, answer, err := c.submit(operation, params, options)
	if err != nil {
		return "", err
	}
	select {
	case text := <-answer:
		return text, nil
	case <-ctx.Done():
		c.cancel(id)
		return <-answer, nil
	}
}

// What a caller wants of an envelope.
type wanted struct {
	data  func(*reader) bool // reads the data, if there is one
	whole bool               // all parts, the data as values too
}

// {"ok":true,"data":..,"info":[..],"meta":{..}} or {"ok":false,"error":{..}}, perhaps with more. These are its parts.
type envelope struct {
	text  string // of the data
	fits  bool   // the data, in what was to read them
	value any    // the data; this and what follows where all was wanted
	info  []string
	meta  any
}

func (e *envelope) answer() Answer {
	out := Answer{Data: e.value, Info: e.info, raw: e.text}
	out.Meta.fill(e.meta)
	return out
}

// The cause is what stopped the call, if something did.
func readEnvelope(text string, cause error, what wanted) (*envelope, error) {
	r := reader{text: text}
	out := envelope{}
	failure := ""
	enough := false // Nothing that comes after the data is wanted.
	isEnvelope := r.object(func(name string) bool {
		ok := true
		switch {
		case name == "data":
			r.peek()
			begin := r.at
			out.fits = what.data != nil && what.data(&r)
			if what.whole {
				r.at = begin
				out.value, ok = r.value()
			} else if !out.fits {
				r.at = begin
				_, ok = r.skip()
			}
			out.text = text[begin:r.at]
			enough = ok && !what.whole
			ok = ok && what.whole
		case name == "info" && what.whole:
			out.info, ok = r.texts()
		case name == "meta" && what.whole:
			out.meta, ok = r.value()
		case name == "error":
			failure, ok = r.skip()
		default:
			_, ok = r.skip()
		}
		return ok
	})
	if !isEnvelope && !enough {
		return nil, typed(Error{Class: "internal", Status: statusInternal, Message: "the library's answer cannot be read"})
	}
	if failure != "" {
		return nil, newError([]byte(failure), cause)
	}
	return &out, nil
}

func (c *connection) submit(operation, params, options string) (int64, <-chan string, error) {
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
		c.waiting = map[int64]chan string{}
		c.uses++
		go c.deliver()
	}
	answer := make(chan string, 1)
	c.waiting[id] = answer
	return id, answer, nil
}

// Takes answers until the client is closed and there are no more.
func (c *connection) deliver() {
	const withoutEnd = -1
	for {
		var out *byte
		status := c.native.clientNext(c.client, withoutEnd, &out)
		text := string(taken(out, c.native.stringFree))
		if status != 0 {
			c.release()
			return
		}
		id, rest := submission(text)
		if strings.HasPrefix(rest, `"progress":`) {
			continue // How far a wait is; nobody asked.
		}
		c.mutex.Lock()
		answer := c.waiting[id]
		delete(c.waiting, id)
		c.mutex.Unlock()
		answer <- text
	}
}

// The number that an envelope begins with, and what follows it.
func submission(text string) (int64, string) {
	text = strings.TrimPrefix(text, `{"id":`)
	rest := ""
	if end := strings.IndexByte(text, ','); end >= 0 {
		text, rest = text[:end], text[end+1:]
	}
	id, _ := strconv.ParseInt(text, 10, 64)
	return id, rest
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
	first := !c.closed
	c.closed = true
	if first {
		c.uses++
		c.native.clientClose(c.client)
	}
	c.mutex.Unlock()
	if first {
		c.release()
	}
	<-c.drained
}

func (c *connection) free() {
	c.mutex.Lock()
	client, waiting := c.client, c.waiting
	c.client, c.waiting = 0, map[int64]chan string{}
	c.mutex.Unlock()
	c.native.clientFree(client)
	for _, answer := range waiting { // None, unless the library failed.
		answer <- `{"ok":false,"error":{"class":"internal","status":-18,"message":"the answer was lost"}}`
	}
	close(c.drained)
}
