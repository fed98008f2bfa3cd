package hostbill

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// What hostbill.h calls HOSTBILL_ABI_VERSION.
const abiVersion = 1

// A LibraryError says why libhostbill.so.1, or the sandbox's library, could not be used.
type LibraryError struct {
	// Name is the library's.
	Name string

	// Tried has what was tried, in order.
	Tried []LibraryAttempt
}

// A LibraryAttempt is a place where a library was looked for.
type LibraryAttempt struct {
	// Path is the file, or a bare name, which the system looks for.
	Path string

	// Reason says why it could not be used.
	Reason string
}

// Error names every place with its reason.
func (e *LibraryError) Error() string {
	lines := make([]string, 0, len(e.Tried))
	for _, one := range e.Tried {
		lines = append(lines, fmt.Sprintf("%s (%s)", one.Path, one.Reason))
	}
	return fmt.Sprintf("hostbill: %s could not be loaded; tried %s", e.Name, strings.Join(lines, ", "))
}

// The functions of hostbill.h. A *byte is a text that ends with NUL; one that comes out is given back with stringFree.
type nativeLibrary struct {
	version      func() string
	catalog      func(portal string) *byte
	clientNew    func(config string, client *uintptr, failure **byte) int32
	clientSubmit func(client uintptr, operation, params, options string, id *int64, failure **byte) int32
	clientNext   func(client uintptr, timeout int32, out **byte) int32
	clientCancel func(client uintptr, id int64) int32
	clientClose  func(client uintptr)
	clientFree   func(client uintptr)
	stringFree   func(text *byte)
	liveObjects  func() int64

	// Addresses, for calls that have to be quick.
	callJSON uintptr
	freeText uintptr
}

// The functions of hostbill_sandbox.h.
type nativeSandbox struct {
	create     func(config string, sandbox *uintptr, failure **byte) int32
	control    func(sandbox uintptr, command string) *byte
	free       func(sandbox uintptr)
	stringFree func(text *byte)
}

// A value that is made once, or the error that making it had.
type once[T any] struct {
	sync.Once
	value *T
	err   error
}

func (o *once[T]) get(load func() (*T, error)) (*T, error) {
	o.Do(func() { o.value, o.err = load() })
	return o.value, o.err
}

var (
	loadedLibrary once[nativeLibrary]
	loadedSandbox once[nativeSandbox]
)

func library() (*nativeLibrary, error) {
	return loadedLibrary.get(func() (*nativeLibrary, error) {
		out := &nativeLibrary{}
		err := load("libhostbill.so.1", "HOSTBILL_LIBRARY", func(file uintptr) error {
			var version func() int32
			if err := bind(file, functions{"hostbill_abi_version": &version}); err != nil {
				return err
			}
			if found := version(); found != abiVersion {
				return fmt.Errorf("version %d of the ABI, but this package needs version %d", found, abiVersion)
			}
			return bind(file, functions{
				"hostbill_version":       &out.version,
				"hostbill_catalog":       &out.catalog,
				"hostbill_client_new":    &out.clientNew,
				"hostbill_client_submit": &out.clientSubmit,
				"hostbill_client_next":   &out.clientNext,
				"hostbill_client_cancel": &out.clientCancel,
				"hostbill_client_close":  &out.clientClose,
				"hostbill_client_free":   &out.clientFree,
				"hostbill_string_free":   &out.stringFree,
				"hostbill_live_objects":  &out.liveObjects,

				"hostbill_client_call_json": &out.callJSON,
			}, functions{"hostbill_string_free": &out.freeText})
		})
		return out, err
	})
}

func sandboxLibrary() (*nativeSandbox, error) {
	return loadedSandbox.get(func() (*nativeSandbox, error) {
		out := &nativeSandbox{}
		err := load("libhostbill_sandbox.so.1", "HOSTBILL_SANDBOX_LIBRARY", func(file uintptr) error {
			return bind(file, functions{
				"hostbill_sandbox_new":         &out.create,
				"hostbill_sandbox_control":     &out.control,
				"hostbill_sandbox_free":        &out.free,
				"hostbill_sandbox_string_free": &out.stringFree,
			})
		})
		return out, err
	})
}

// Opens the library in the first place where it is one that use() accepts.
func load(name, variable string, use func(file uintptr) error) error {
	failed := &LibraryError{Name: name}
	for _, path := range places(name, variable) {
		file, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
		if err == nil {
			err = use(file)
		}
		if err == nil {
			return nil
		}
		reason := strings.TrimPrefix(err.Error(), path+": ")
		failed.Tried = append(failed.Tried, LibraryAttempt{Path: path, Reason: reason})
	}
	return failed
}

// Where a library may be. The sandbox's is looked for beside the other one, too, where that has a given place.
func places(name, variable string) []string {
	if given := os.Getenv(variable); given != "" {
		return []string{given}
	}
	var out []string
	if beside := os.Getenv("HOSTBILL_LIBRARY"); beside != "" {
		out = append(out, filepath.Join(filepath.Dir(beside), name))
	}
	triplet := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[runtime.GOARCH]
	return append(out, name, "/usr/local/lib/"+name, "/usr/lib/"+triplet+"/"+name)
}

// Names of C functions, and pointers to the variables that they are put in.
type functions map[string]any

// A variable of type uintptr gets the address.
func bind(file uintptr, wanted ...functions) error {
	for _, some := range wanted {
		for name, variable := range some {
			address, err := purego.Dlsym(file, name)
			if err != nil {
				return err
			}
			if place, isAddress := variable.(*uintptr); isAddress {
				*place = address
			} else {
				purego.RegisterFunc(variable, address)
			}
		}
	}
	return nil
}

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Runs an operation on this thread and returns its envelope. Empty options are none.
func (l *nativeLibrary) call(client uintptr, operation, params, options string) string {
	// On the heap, where nothing moves while C looks at it.
	buffer := buffers.Get().(*[]byte)
	texts := append(append((*buffer)[:0], operation...), 0)
	atParams := len(texts)
	texts = append(append(texts, params...), 0)
	atOptions := len(texts)
	texts = append(append(texts, options...), 0)
	begin := uintptr(unsafe.Pointer(&texts[0]))
	result, _, _ := purego.SyscallN(l.callJSON, client, begin, begin+uintptr(atParams), begin+uintptr(atOptions))
	for index := range texts { // There may be secrets in it.
		texts[index] = 0
	}
	*buffer = texts
	buffers.Put(buffer)
	text := *(**byte)(unsafe.Pointer(&result))
	out := string(unsafe.Slice(text, length(text)))
	purego.SyscallN(l.freeText, result)
	return out
}

// The length of a text of C: eight bytes at a time, from where that is aligned, so that it reads no page that is not the
// text's.
func length(text *byte) int {
	at := 0
	for ; uintptr(unsafe.Add(unsafe.Pointer(text), at))%8 != 0; at++ {
		if *(*byte)(unsafe.Add(unsafe.Pointer(text), at)) == 0 {
			return at
		}
	}
	const low, high = 0x0101010101010101, 0x8080808080808080
	for {
		eight := *(*uint64)(unsafe.Add(unsafe.Pointer(text), at))
		if (eight-low)&^eight&high != 0 {
			break
		}
		at += 8
	}
	for *(*byte)(unsafe.Add(unsafe.Pointer(text), at)) != 0 {
		at++
	}
	return at
}

// A Go copy of a text of C, which free then takes back; nil is the empty text.
func taken(text *byte, free func(*byte)) []byte {
	if text == nil {
		return nil
	}
	out := append([]byte(nil), unsafe.Slice(text, length(text))...)
	free(text)
	return out
}
