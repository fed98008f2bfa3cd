package hostbill

import (
	"encoding/json"
	"strings"
)

// A reader reads one JSON text from its beginning to its end. What it gives are parts of the text, not copies. Its
// functions return false for what is not JSON, or not what was expected.
type reader struct {
	text string
	at   int
}

// The next byte that is not blank; 0 at the end.
func (r *reader) peek() byte {
	for ; r.at < len(r.text); r.at++ {
		if c := r.text[r.at]; c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

func (r *reader) take(wanted byte) bool {
	if r.peek() != wanted {
		return false
	}
	r.at++
	return true
}

func (r *reader) word(wanted string) bool {
	r.peek()
	if len(r.text)-r.at < len(wanted) || r.text[r.at:r.at+len(wanted)] != wanted {
		return false
	}
	r.at += len(wanted)
	return true
}

// An object: each member's value is read by the function.
func (r *reader) object(member func(name string) bool) bool {
	if !r.take('{') {
		return false
	}
	if r.take('}') {
		return true
	}
	for {
		name, ok := r.string()
		if !ok || !r.take(':') || !member(name) {
			return false
		}
		if !r.take(',') {
			return r.take('}')
		}
	}
}

// A list: each item is read by the function.
func (r *reader) list(item func() bool) bool {
	if !r.take('[') {
		return false
	}
	if r.take(']') {
		return true
	}
	for item() {
		if !r.take(',') {
			return r.take(']')
		}
	}
	return false
}

func (r *reader) string() (string, bool) {
	if r.peek() != '"' {
		return "", false
	}
	begin := r.at + 1
	for end := begin; end < len(r.text); end++ {
		switch c := r.text[end]; {
		case c == '"':
			r.at = end + 1
			return r.text[begin:end], true
		case c == '\\' || c < ' ' || c > '~':
			return r.escaped()
		}
	}
	return "", false
}

// A text with escapes, or beyond ASCII. Package json reads those that are rare.
func (r *reader) escaped() (string, bool) {
	short := make([]byte, 0, 64)
	rare := false
	for end := r.at + 1; end < len(r.text); end++ {
		c := r.text[end]
		switch {
		case c == '\\' && end+1 < len(r.text):
			end++
			c = unescaped[r.text[end]]
			rare = rare || c == 0
			short = append(short, c)
		case c == '"':
			if !rare {
				r.at = end + 1
				return string(short), true
			}
			var out string
			err := json.Unmarshal([]byte(r.text[r.at:end+1]), &out)
			r.at = end + 1
			return out, err == nil
		default:
			rare = rare || c < ' ' || c > '~'
			short = append(short, c)
		}
	}
	return "", false
}

// What a letter after a backslash means by itself.
var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (r *reader) number() (json.Number, bool) {
	r.peek()
	begin := r.at
	for r.at < len(r.text) && isOfNumber(r.text[r.at]) {
		r.at++
	}
	return json.Number(r.text[begin:r.at]), r.at > begin
}

func isOfNumber(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// Any value: nil, bool, string, json.Number, []any or map[string]any.
func (r *reader) value() (any, bool) {
	switch r.peek() {
	case '"':
		return r.string()
	case '{':
		out := make(map[string]any, r.members())
		ok := r.object(func(name string) bool {
			inner, ok := r.value()
			out[name] = inner
			return ok
		})
		return out, ok
	case '[':
		out := []any{}
		ok := r.list(func() bool {
			inner, ok := r.value()
			out = append(out, inner)
			return ok
		})
		return out, ok
	case 't':
		return true, r.word("true")
	case 'f':
		return false, r.word("false")
	case 'n':
		return nil, r.word("null")
	default:
		return r.number()
	}
}

// About how many members the object has that comes next, for its map's size.
func (r *reader) members() int {
	ahead := r.text[r.at+1:]
	if end := strings.IndexByte(ahead, '}'); end >= 0 {
		ahead = ahead[:end]
	}
	// What is inside of others is not its own.
	if end := strings.IndexByte(ahead, '{'); end >= 0 {
		ahead = ahead[:end]
	}
	if end := strings.IndexByte(ahead, '['); end >= 0 {
		ahead = ahead[:end]
	}
	return strings.Count(ahead, `":`)
}

// A list of texts.
func (r *reader) texts() ([]string, bool) {
	out := []string{}
	ok := r.list(func() bool {
		text, ok := r.string()
		out = append(out, text)
		return ok
	})
	return out, ok
}

// Passes over any value and returns its text.
func (r *reader) skip() (string, bool) {
	first := r.peek()
	begin, ok := r.at, false
	switch first {
	case '"':
		_, ok = r.string()
	case '{':
		ok = r.object(func(string) bool { _, ok := r.skip(); return ok })
	case '[':
		ok = r.list(func() bool { _, ok := r.skip(); return ok })
	default:
		_, ok = r.value()
	}
	return r.text[begin:r.at], ok
}
