package hostbill

import (
	"encoding/json"
	"fmt"
	"sync"
)

// A Sandbox is a portal in a box, served on a free port of this machine, with an account that may do everything. It
// keeps what it is told: what was created can be read back, and money adds up. Nothing leaves this machine.
//
//	sandbox, err := hostbill.NewSandbox(hostbill.SandboxConfig{Portal: "time4vps"})
//	if err != nil {
//		return err
//	}
//	defer sandbox.Close()
//	client, err := sandbox.Client(hostbill.Config{})
//
// Any number of goroutines may use it at the same time. Printing it shows no secret.
type Sandbox struct {
	native *nativeSandbox
	info   sandboxInfo

	mutex  sync.RWMutex // held for writing by Close alone
	handle uintptr      // 0 once it is closed
}

type sandboxInfo struct {
	Portal   string         `json:"portal"`
	URL      string         `json:"url"`
	Username string         `json:"username"`
	Password string         `json:"password"`
	IDs      map[string]any `json:"ids"`
}

// NewSandbox starts a sandbox. A [*UsageError] names every mistake in the configuration.
func NewSandbox(config SandboxConfig) (*Sandbox, error) {
	text, err := object("configuration", config)
	if err != nil {
		return nil, err
	}
	native, err := sandboxLibrary()
	if err != nil {
		return nil, err
	}
	s := &Sandbox{native: native}
	var failure *byte
	if status := native.create(text, &s.handle, &failure); status != 0 {
		return nil, newError(taken(failure, native.stringFree), nil)
	}
	info, err := s.command("info", nil)
	if err == nil {
		err = decode(info, &s.info)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Portal is the portal it is like.
func (s *Sandbox) Portal() string { return s.info.Portal }

// URL is where its API begins.
func (s *Sandbox) URL() string { return s.info.URL }

// Username is the name of its account.
func (s *Sandbox) Username() string { return s.info.Username }

// Password is the password of its account.
func (s *Sandbox) Password() string { return s.info.Password }

// IDs has the ids of things the account has from the start, by the name of the parameter that takes them.
func (s *Sandbox) IDs() map[string]any {
	out := make(map[string]any, len(s.info.IDs))
	for name, id := range s.info.IDs {
		out[name] = id
	}
	return out
}

// Client makes a client of the sandbox. What the configuration leaves out, the sandbox knows.
func (s *Sandbox) Client(config Config) (*Client, error) {
	if config.Portal == "" {
		config.Portal = s.Portal()
	}
	if config.BaseURL == "" {
		config.BaseURL = s.URL()
	}
	if config.Username == "" && config.Password == "" && config.Token == "" {
		config.Username, config.Password = s.Username(), s.Password()
	}
	return New(config)
}

// Control gives the sandbox a command, with arguments or nil, and returns what it says; docs/sandbox.md has the commands.
//
//	sandbox.Control("clock", hostbill.Params{"advance": 3600})
func (s *Sandbox) Control(command string, arguments Params) (map[string]any, error) {
	text, err := s.command(command, arguments)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	return out, decode(text, &out)
}

func (s *Sandbox) command(command string, arguments Params) ([]byte, error) {
	text, err := object(command, Params{"command": command}, arguments)
	if err != nil {
		return nil, err
	}
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	if s.handle == 0 {
		return nil, usage(Error{Message: "the sandbox is closed"})
	}
	reply := taken(s.native.control(s.handle, text), s.native.stringFree)
	var failed struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(reply, &failed) == nil && failed.Error != nil {
		return nil, newError(failed.Error, nil)
	}
	return reply, nil
}

// Close stops the sandbox. It may be called again, and always returns nil.
func (s *Sandbox) Close() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.handle != 0 {
		s.native.free(s.handle)
		s.handle = 0
	}
	return nil
}

// String names the portal and where it is.
func (s *Sandbox) String() string {
	return fmt.Sprintf("hostbill.Sandbox(%s, %s)", s.info.Portal, s.info.URL)
}

// GoString is String.
func (s *Sandbox) GoString() string { return s.String() }
