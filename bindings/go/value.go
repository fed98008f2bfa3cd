package hostbill

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Params are the parameters of an operation by their names, for [Client.Call].
type Params map[string]any

// An ID tells things apart where portals use whole numbers and texts alike. An untyped constant is one: "17".
type ID string

// IntID is the ID of a whole number.
func IntID(number int64) ID { return ID(strconv.FormatInt(number, 10)) }

// UnmarshalJSON takes a text or a number.
func (id *ID) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] != '"' {
		var number json.Number
		err := json.Unmarshal(text, &number)
		*id = ID(number)
		return err
	}
	return json.Unmarshal(text, (*string)(id))
}

// Ptr returns a pointer to a value.
func Ptr[T any](value T) *T { return &value }

// String returns a pointer to a text.
func String(value string) *string { return &value }

// Int returns a pointer to a whole number.
func Int(value int64) *int64 { return &value }

// Bool returns a pointer to a truth value.
func Bool(value bool) *bool { return &value }

// The tag with which fields of a struct name the parameter or setting they are. A field without it holds more of them,
// by their names.
const tagName = "hostbill"

// No value that a portal takes comes near; one that is nested deeper is one that contains itself.
const deepest = 200

// Writes JSON text from values of Go, and collects what cannot be written.
type writer struct {
	bytes.Buffer
	faults  []FieldError
	endless bool // Something was too deep; nothing more is looked at.
}

// The JSON object that has the members of each part: maps with text keys, and structs whose fields have tags.
func object(what string, parts ...any) (string, error) {
	if len(parts) == 0 {
		return "{}", nil
	}
	members := map[string]any{}
	out := writer{}
	for _, part := range parts {
		out.collect(members, reflect.ValueOf(part))
	}
	out.members("", reflect.ValueOf(members), 0)
	if len(out.faults) > 0 {
		return "", invalid(what, out.faults)
	}
	return out.String(), nil
}

// The options of a call as a JSON object; empty for none.
func optionsText(options []option) (string, error) {
	if len(options) == 0 {
		return "", nil
	}
	out := writer{}
	between := byte('{')
	for _, one := range options {
		out.WriteByte(between)
		out.text(one.name, one.name)
		out.WriteByte(':')
		out.value(one.name, reflect.ValueOf(one.value), 1)
		between = ','
	}
	out.WriteByte('}')
	if len(out.faults) > 0 {
		return "", invalid("options", out.faults)
	}
	return out.String(), nil
}

func invalid(what string, faults []FieldError) error {
	words := make([]string, 0, len(faults))
	for _, fault := range faults {
		words = append(words, fault.Field+" "+fault.Problem)
	}
	return usage(Error{Message: what + ": " + strings.Join(words, "; "), Fields: faults})
}

// Puts what is given in a map or a struct among the members.
func (w *writer) collect(members map[string]any, part reflect.Value) {
	switch part.Kind() {
	case reflect.Map:
		for each := part.MapRange(); each.Next(); {
			w.member(members, each.Key().String(), each.Value())
		}
	case reflect.Struct:
		for index := 0; index < part.NumField(); index++ {
			if name := part.Type().Field(index).Tag.Get(tagName); name == "" {
				w.collect(members, part.Field(index))
			} else if given(part.Field(index), strings.HasSuffix(name, ",set")) {
				w.member(members, strings.TrimSuffix(name, ",set"), part.Field(index))
			}
		}
	}
}

func (w *writer) member(members map[string]any, name string, value reflect.Value) {
	if _, there := members[name]; there {
		w.fault(name, "is given twice")
	}
	members[name] = value.Interface()
}

// Whether a field was set: pointers, lists and maps where they are not nil; others, of the settings, where they are not
// zero.
func given(field reflect.Value, always bool) bool {
	switch field.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		return !field.IsNil()
	default:
		return always || !field.IsZero()
	}
}

func (w *writer) fault(path, problem string) {
	if path == "" {
		path = "it"
	}
	w.faults = append(w.faults, FieldError{Field: path, Problem: problem})
}

func (w *writer) value(path string, value reflect.Value, depth int) {
	if w.endless {
		return
	}
	if depth > deepest {
		w.endless = true
		w.fault(path[:strings.IndexAny(path+".", ".[")], "is nested too deeply, or contains itself")
		return
	}
	if value.Kind() == reflect.Interface {
		value = value.Elem()
	}
	// Nothing, of whatever type: its methods may need something.
	if !value.IsValid() || value.Kind() == reflect.Pointer && value.IsNil() {
		w.WriteString("null")
		return
	}
	switch special := value.Interface().(type) {
	case time.Duration:
		w.WriteString(seconds(special))
		return
	case json.Number:
		w.number(path, special)
		return
	case json.Marshaler:
		w.marshaler(path, special)
		return
	case encoding.TextMarshaler:
		w.textMarshaler(path, special)
		return
	}
	switch value.Kind() {
	case reflect.Bool:
		w.WriteString(strconv.FormatBool(value.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.WriteString(strconv.FormatInt(value.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		w.WriteString(strconv.FormatUint(value.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		w.float(path, value)
	case reflect.String:
		w.text(path, value.String())
	case reflect.Pointer:
		w.value(path, value.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		w.list(path, value, depth)
	case reflect.Map:
		w.members(path, value, depth)
	case reflect.Struct:
		w.structure(path, value, depth)
	default:
		w.fault(path, fmt.Sprintf("is a %s, which no portal understands", value.Type()))
	}
}

// A struct of this package by its tags; one of the caller's as package json writes it.
func (w *writer) structure(path string, value reflect.Value, depth int) {
	for index := 0; index < value.NumField(); index++ {
		if value.Type().Field(index).Tag.Get(tagName) != "" {
			inner := map[string]any{}
			w.collect(inner, value)
			w.members(path, reflect.ValueOf(inner), depth)
			return
		}
	}
	if text, err := json.Marshal(value.Interface()); err != nil {
		w.fault(path, "cannot be written: "+err.Error())
	} else {
		w.Write(text)
	}
}

func (w *writer) list(path string, value reflect.Value, depth int) {
	if value.Kind() == reflect.Slice && value.IsNil() {
		w.WriteString("null")
		return
	}
	if value.Type().Elem().Kind() == reflect.Uint8 {
		w.fault(path, "is bytes; give a text")
		return
	}
	w.WriteByte('[')
	for index := 0; index < value.Len(); index++ {
		if index > 0 {
			w.WriteByte(',')
		}
		w.value(fmt.Sprintf("%s[%d]", path, index), value.Index(index), depth+1)
	}
	w.WriteByte(']')
}

func (w *writer) members(path string, value reflect.Value, depth int) {
	if value.IsNil() {
		w.WriteString("null")
		return
	}
	names := make(map[string]reflect.Value, value.Len())
	sorted := make([]string, 0, value.Len())
	for each := value.MapRange(); each.Next(); {
		switch key := each.Key(); key.Kind() {
		case reflect.String:
			names[key.String()] = each.Value()
			sorted = append(sorted, key.String())
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
			name := strconv.FormatInt(key.Int(), 10)
			names[name] = each.Value()
			sorted = append(sorted, name)
		default:
			w.fault(path, fmt.Sprintf("has a %s as a key; keys are texts and whole numbers", key.Type()))
			return
		}
	}
	sort.Strings(sorted)
	w.WriteByte('{')
	for index, name := range sorted {
		if index > 0 {
			w.WriteByte(',')
		}
		inner := name
		if path != "" {
			inner = path + "." + name
		}
		w.text(inner, name)
		w.WriteByte(':')
		w.value(inner, names[name], depth+1)
	}
	w.WriteByte('}')
}

func (w *writer) text(path, text string) {
	if isPlain(text) {
		w.WriteByte('"')
		w.WriteString(text)
		w.WriteByte('"')
		return
	}
	if !utf8.ValidString(text) {
		w.fault(strings.ToValidUTF8(path, "\uFFFD"), "is not valid UTF-8")
		return
	}
	written, _ := json.Marshal(text) // Fails for no text.
	w.Write(written)
}

// Whether a text is in JSON what it is: of printable ASCII, without what package json escapes.
func isPlain(text string) bool {
	for index := 0; index < len(text); index++ {
		switch c := text[index]; {
		case c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&':
			return false
		}
	}
	return true
}

func (w *writer) float(path string, value reflect.Value) {
	number := value.Float()
	if math.IsNaN(number) || math.IsInf(number, 0) {
		w.fault(path, "is not a finite number")
		return
	}
	// As package json does it, so that a whole number looks like one.
	format := byte('f')
	if size := math.Abs(number); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	w.WriteString(strconv.FormatFloat(number, format, -1, value.Type().Bits()))
}

func (w *writer) number(path string, number json.Number) {
	if text := string(number); json.Valid([]byte(text)) && strings.Trim(text, "+-.0123456789eE") == "" {
		w.WriteString(text)
	} else {
		w.fault(path, "is not a number")
	}
}

func (w *writer) marshaler(path string, marshaler json.Marshaler) {
	if text, err := marshaler.MarshalJSON(); err != nil {
		w.fault(path, "cannot be written: "+err.Error())
	} else if !json.Valid(text) {
		w.fault(path, "writes itself as what is not JSON")
	} else {
		w.Write(text)
	}
}

func (w *writer) textMarshaler(path string, marshaler encoding.TextMarshaler) {
	if text, err := marshaler.MarshalText(); err != nil {
		w.fault(path, "cannot be written: "+err.Error())
	} else {
		w.text(path, string(text))
	}
}

// A duration as a number of seconds, exactly.
func seconds(duration time.Duration) string {
	sign := ""
	if duration < 0 {
		sign = "-"
	}
	whole, rest := int64(duration/time.Second), int64(duration%time.Second)
	if whole < 0 {
		whole = -whole
	}
	if rest < 0 {
		rest = -rest
	}
	return fmt.Sprintf("%s%d.%09d", sign, whole, rest)
}

// Reads JSON text, numbers as json.Number unless the type says otherwise.
func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}
