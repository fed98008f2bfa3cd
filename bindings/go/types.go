package hostbill

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Decimal is an exact decimal number, such as "36.30", with the digits that the portal wrote.
type Decimal string

// Rat is the number, to reckon with; 0 if there are no digits.
func (d Decimal) Rat() *big.Rat {
	if number, ok := new(big.Rat).SetString(string(d)); ok {
		return number
	}
	return new(big.Rat)
}

// Cmp is -1, 0 or 1 where the number is less than the other, equal to it or greater: "1.5" equals "1.50".
func (d Decimal) Cmp(other Decimal) int { return d.Rat().Cmp(other.Rat()) }

// A Date is a day, such as "2026-11-23". Dates compare as texts do.
type Date string

// Time is when the day begins there.
func (d Date) Time(in *time.Location) (time.Time, error) {
	return time.ParseInLocation("2006-01-02", string(d), in)
}

// A DateTime is a day and a time of day, such as "2026-11-23T18:30:00": in the portal's own time, unless the portal sent
// an offset.
type DateTime string

// Time is that time: there, where it has no offset of its own.
func (d DateTime) Time(in *time.Location) (time.Time, error) {
	if at, err := time.Parse("2006-01-02T15:04:05Z07:00", string(d)); err == nil {
		return at, nil
	}
	return time.ParseInLocation("2006-01-02T15:04:05", string(d), in)
}

// A Content is what a DNS record holds: one text, or several where the portal has it in parts.
type Content []string

// String is all of it, with blanks between the parts.
func (c Content) String() string { return strings.Join(c, " ") }

// MarshalJSON writes a single text as such.
func (c Content) MarshalJSON() ([]byte, error) {
	if len(c) == 1 {
		return json.Marshal(c[0])
	}
	return json.Marshal([]string(c))
}

const hidden = "[hidden]"

// A Secret is a text that package fmt does not show; package json does write it.
type Secret string

// Reveal is the text.
func (s Secret) Reveal() string { return string(s) }

// String does not show it.
func (s Secret) String() string { return hidden }

// GoString does not show it.
func (s Secret) GoString() string { return hidden }

// Format does not show it.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, hidden) }

// Extra is what a struct has no field for, and what did not fit its field, by name and as it was sent. Where a whole thing
// was sent as something else, such as a text, it has that under the empty name. Package fmt shows the names alone.
type Extra map[string]any

// String has the names.
func (e Extra) String() string { return fmt.Sprint(sortedNames(e)) }

// GoString is String.
func (e Extra) GoString() string { return e.String() }

// Format shows the names.
func (e Extra) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, e.String()) }

// The tag of the fields of results: the name, and whether it is left out where it is nil.
const resultTag = "result"

var (
	forms = map[reflect.Type]func(string) bool{
		reflect.TypeOf(Decimal("")):  isDecimal,
		reflect.TypeOf(Date("")):     func(text string) bool { return len(text) == 10 && isDate(text) },
		reflect.TypeOf(DateTime("")): isDateTime,
	}
	idType      = reflect.TypeOf(ID(""))
	extraType   = reflect.TypeOf(Extra(nil))
	contentType = reflect.TypeOf(Content(nil))
)

func isDecimal(text string) bool {
	whole, part, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	return areDigits(whole) && (areDigits(part) || !strings.Contains(text, "."))
}

func areDigits(text string) bool {
	for index := 0; index < len(text); index++ {
		if !isDigit(text[index]) {
			return false
		}
	}
	return text != ""
}

// Whether a text begins as the pattern is, where 0 stands for any digit.
func hasForm(text, pattern string) bool {
	if len(text) < len(pattern) {
		return false
	}
	for index := 0; index < len(pattern); index++ {
		if c := text[index]; c != pattern[index] && (pattern[index] != '0' || !isDigit(c)) {
			return false
		}
	}
	return true
}

func isDate(text string) bool { return hasForm(text, "0000-00-00") }

func isDateTime(text string) bool {
	if !hasForm(text, "0000-00-00T00:00:00") {
		return false
	}
	rest := text[len("0000-00-00T00:00:00"):]
	if strings.HasPrefix(rest, ".") {
		part := rest[1:]
		rest = strings.TrimLeft(part, "0123456789")
		if len(rest) == len(part) {
			return false
		}
	}
	if rest == "" || rest == "Z" {
		return true
	}
	offset := strings.Replace(rest[1:], ":", "", 1)
	return (rest[0] == '+' || rest[0] == '-') && len(offset) == 4 && areDigits(offset) && (len(rest) == 5 || rest[3] == ':')
}

// How variables of a type are set from JSON; false for what does not fit, in which case the variable is as it was and the
// reader anywhere.
type setter func(r *reader, target reflect.Value) bool

var setters sync.Map // by type

func setterOf(kind reflect.Type) setter {
	if known, ok := setters.Load(kind); ok {
		return known.(setter)
	}
	made := newSetter(kind)
	setters.Store(kind, made)
	return made
}

// Types contain themselves, so that the setter of what is inside is looked for when it is needed, once.
func setterInside(kind reflect.Type) setter {
	var found atomic.Pointer[setter]
	return func(r *reader, target reflect.Value) bool {
		set := found.Load()
		if set == nil {
			made := setterOf(kind)
			set = &made
			found.Store(set)
		}
		return (*set)(r, target)
	}
}

func newSetter(kind reflect.Type) setter {
	switch kind.Kind() {
	case reflect.Interface:
		return setAny
	case reflect.Pointer:
		return pointerSetter(kind)
	case reflect.Struct:
		return structSetter(kind)
	case reflect.Slice:
		return sliceSetter(kind)
	case reflect.Map:
		return mapSetter(kind)
	case reflect.Bool:
		return setBool
	case reflect.Int64:
		return setInteger
	default:
		return textSetter(kind)
	}
}

func setAny(r *reader, target reflect.Value) bool {
	value, ok := r.value()
	if ok && value != nil {
		target.Set(reflect.ValueOf(value))
	}
	return ok
}

func pointerSetter(kind reflect.Type) setter {
	set := setterInside(kind.Elem())
	return func(r *reader, target reflect.Value) bool {
		if r.word("null") {
			return true
		}
		made := reflect.New(kind.Elem())
		if !set(r, made.Elem()) {
			return false
		}
		target.Set(made)
		return true
	}
}

func sliceSetter(kind reflect.Type) setter {
	set := setterInside(kind.Elem())
	return func(r *reader, target reflect.Value) bool {
		made := reflect.MakeSlice(kind, 0, 0)
		count := 0
		first := r.at
		add := func() bool {
			if count == made.Len() {
				// The first one tells about how many there are; twice as many where that was too few.
				room := 1
				if count == 1 {
					room += (len(r.text)-r.at)/(r.at-first) + 1
				} else if count > 1 {
					room = 2 * count
				}
				larger := reflect.MakeSlice(kind, room, room)
				reflect.Copy(larger, made)
				made = larger
			}
			count++
			return set(r, made.Index(count-1))
		}
		if kind == contentType && r.peek() == '"' {
			if !add() {
				return false
			}
		} else if !r.list(add) {
			return false
		}
		if 2*count < made.Cap() {
			smaller := reflect.MakeSlice(kind, count, count)
			reflect.Copy(smaller, made)
			made = smaller
		}
		target.Set(made.Slice(0, count))
		return true
	}
}

func mapSetter(kind reflect.Type) setter {
	set := setterInside(kind.Elem())
	return func(r *reader, target reflect.Value) bool {
		made := reflect.MakeMap(kind)
		ok := r.object(func(name string) bool {
			inner := reflect.New(kind.Elem()).Elem()
			fits := set(r, inner)
			made.SetMapIndex(reflect.ValueOf(name), inner)
			return fits
		})
		if ok {
			target.Set(made)
		}
		return ok
	}
}

func setBool(r *reader, target reflect.Value) bool {
	flag := r.word("true")
	if !flag && !r.word("false") {
		return false
	}
	target.SetBool(flag)
	return true
}

func setInteger(r *reader, target reflect.Value) bool {
	var digits string
	var ok bool
	if r.peek() == '"' { // What is beyond 2^53 comes as its digits.
		digits, ok = r.string()
	} else {
		var number json.Number
		number, ok = r.number()
		digits = string(number)
	}
	plain := strings.TrimPrefix(digits, "-")
	if !ok || !areDigits(plain) || plain[0] == '0' && digits != "0" {
		return false
	}
	number, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return false
	}
	target.SetInt(number)
	return true
}

func textSetter(kind reflect.Type) setter {
	form := forms[kind]
	return func(r *reader, target reflect.Value) bool {
		var text string
		var ok bool
		if c := r.peek(); kind == idType && (isDigit(c) || c == '-') {
			var number json.Number
			number, ok = r.number()
			text = string(number)
		} else {
			text, ok = r.string()
		}
		// Empty: what a field has that was not sent.
		if !ok || form != nil && text != "" && !form(text) {
			return false
		}
		target.SetString(text)
		return true
	}
}

// A field of a struct.
type field struct {
	name     string
	optional bool
	set      setter
}

func structSetter(kind reflect.Type) setter {
	last := kind.NumField() - 1
	if kind.Field(last).Type != extraType {
		return func(*reader, reflect.Value) bool { return false }
	}
	fields := make([]field, last)
	places := make(map[string]int, last)
	for index := range fields {
		inner := kind.Field(index)
		name, optional, _ := strings.Cut(inner.Tag.Get(resultTag), ",")
		set := setterInside(inner.Type)
		switch inner.Type.Kind() {
		case reflect.Bool, reflect.Int64, reflect.String, reflect.Interface:
			set = newSetter(inner.Type)
		}
		fields[index] = field{name, optional != "", set}
		places[name] = index
	}
	// By the field that came before, or none: which one came next the last time.
	nexts := make([]atomic.Int32, last+1)
	for index := range nexts {
		nexts[index].Store(int32(index))
	}
	return func(r *reader, target reflect.Value) bool {
		var extra Extra
		keep := func(name string) bool {
			value, ok := r.value()
			if extra == nil {
				extra = Extra{}
			}
			extra[name] = value
			return ok
		}
		if r.peek() != '{' {
			if !keep("") {
				return false
			}
			target.Field(last).Set(reflect.ValueOf(extra))
			return true
		}
		before := 0
		ok := r.object(func(name string) bool {
			place := int(nexts[before].Load())
			if place >= last || fields[place].name != name {
				known := false
				if place, known = places[name]; !known {
					return keep(name)
				}
				nexts[before].Store(int32(place))
			}
			before = place + 1
			begin := r.at
			// Of what may be missing, null says no more.
			if fields[place].optional && r.word("null") || fields[place].set(r, target.Field(place)) {
				return true
			}
			r.at = begin
			return keep(name)
		})
		if extra != nil {
			target.Field(last).Set(reflect.ValueOf(extra))
		}
		return ok
	}
}

// Sets a variable of a type of results from the value that comes next; false if that does not fit.
func (r *reader) into(target any) bool {
	value := reflect.ValueOf(target).Elem()
	return setterOf(value.Type())(r, value)
}

// Reads JSON text into a variable of a type of results.
func fitJSON(text []byte, into any) error {
	r := reader{text: string(text)}
	if !r.into(into) || r.peek() != 0 {
		return fmt.Errorf("a %s was expected", reflect.TypeOf(into).Elem())
	}
	return nil
}

// Writes a struct of a result as JSON: its fields, and over them what is in its Extra.
func unfitJSON(result any) ([]byte, error) {
	value := reflect.ValueOf(result)
	last := value.NumField() - 1
	extra, _ := value.Field(last).Interface().(Extra)
	if whole, there := extra[""]; there {
		return json.Marshal(whole)
	}
	out := map[string]any{}
	for index := 0; index < last; index++ {
		name, optional, _ := strings.Cut(value.Type().Field(index).Tag.Get(resultTag), ",")
		if field := value.Field(index); optional == "" || !field.IsNil() {
			out[name] = field.Interface()
		}
	}
	for name, one := range extra {
		out[name] = one
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(out)
	return text.Bytes(), err
}

// Shows a struct of a result: the fields that are there, by their names in Go.
func shown(result any) string {
	value := reflect.ValueOf(result)
	out := strings.Builder{}
	out.WriteString(value.Type().Name() + "{")
	for index := 0; index < value.NumField(); index++ {
		field := value.Field(index)
		switch field.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
			if field.IsNil() {
				continue
			}
		}
		if out.Len() > len(value.Type().Name())+1 {
			out.WriteString(", ")
		}
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		form := "%s: %v"
		if field.Kind() == reflect.String {
			form = "%s: %q"
		}
		fmt.Fprintf(&out, form, value.Type().Field(index).Name, field.Interface())
	}
	return out.String() + "}"
}

func sortedNames(members map[string]any) []string {
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
