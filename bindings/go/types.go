package hostbill

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
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
	decimalForm  = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	dateForm     = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	dateTimeForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?$`)

	forms = map[reflect.Type]*regexp.Regexp{
		reflect.TypeOf(Decimal("")):  decimalForm,
		reflect.TypeOf(Date("")):     dateForm,
		reflect.TypeOf(DateTime("")): dateTimeForm,
	}
	idType      = reflect.TypeOf(ID(""))
	extraType   = reflect.TypeOf(Extra(nil))
	contentType = reflect.TypeOf(Content(nil))
)

// Sets a variable from decoded JSON. Values that do not fit a field go to the Extra of its struct; false if the whole does
// not fit, in which case the variable is as it was.
func fit(target reflect.Value, value any) bool {
	kind := target.Type()
	switch kind.Kind() {
	case reflect.Interface:
		if value != nil {
			target.Set(reflect.ValueOf(value))
		}
		return true
	case reflect.Pointer:
		if value == nil {
			return true
		}
		made := reflect.New(kind.Elem())
		if fit(made.Elem(), value) {
			target.Set(made)
			return true
		}
		return false
	case reflect.Struct:
		return fitStruct(target, value)
	case reflect.Slice:
		list, isList := value.([]any)
		if text, isText := value.(string); isText && kind == contentType {
			list, isList = []any{text}, true
		}
		if !isList {
			return false
		}
		made := reflect.MakeSlice(kind, len(list), len(list))
		for index, item := range list {
			if !fit(made.Index(index), item) {
				return false
			}
		}
		target.Set(made)
		return true
	case reflect.Map:
		members, isObject := value.(map[string]any)
		if !isObject {
			return false
		}
		made := reflect.MakeMapWithSize(kind, len(members))
		for name, item := range members {
			inner := reflect.New(kind.Elem()).Elem()
			if !fit(inner, item) {
				return false
			}
			made.SetMapIndex(reflect.ValueOf(name), inner)
		}
		target.Set(made)
		return true
	case reflect.Bool:
		flag, isFlag := value.(bool)
		if isFlag {
			target.SetBool(flag)
		}
		return isFlag
	case reflect.Int64:
		return fitInteger(target, value)
	default:
		return fitText(target, value)
	}
}

func fitInteger(target reflect.Value, value any) bool {
	digits := ""
	switch number := value.(type) {
	case json.Number:
		digits = string(number)
	case string: // What is beyond 2^53 comes as its digits.
		digits = number
	}
	number, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || strconv.FormatInt(number, 10) != digits {
		return false
	}
	target.SetInt(number)
	return true
}

func fitText(target reflect.Value, value any) bool {
	text, isText := value.(string)
	if number, isNumber := value.(json.Number); isNumber && target.Type() == idType {
		text, isText = string(number), true
	}
	// Empty: what a field has that was not sent.
	if form := forms[target.Type()]; !isText || form != nil && text != "" && !form.MatchString(text) {
		return false
	}
	target.SetString(text)
	return true
}

func fitStruct(target reflect.Value, value any) bool {
	kind := target.Type()
	last := kind.NumField() - 1
	if kind.Field(last).Type != extraType {
		return false
	}
	members, isObject := value.(map[string]any)
	if !isObject {
		target.Field(last).Set(reflect.ValueOf(Extra{"": value}))
		return true
	}
	taken := 0
	var extra Extra
	for index := 0; index < last; index++ {
		name, optional, _ := strings.Cut(kind.Field(index).Tag.Get(resultTag), ",")
		inner, there := members[name]
		if !there {
			continue
		}
		taken++
		// Of what may be missing, null says no more.
		if (inner != nil || optional == "") && !fit(target.Field(index), inner) {
			extra = extra.with(name, inner)
		}
	}
	if taken < len(members) {
		known := map[string]bool{}
		for index := 0; index < last; index++ {
			name, _, _ := strings.Cut(kind.Field(index).Tag.Get(resultTag), ",")
			known[name] = true
		}
		for name, inner := range members {
			if !known[name] {
				extra = extra.with(name, inner)
			}
		}
	}
	if extra != nil {
		target.Field(last).Set(reflect.ValueOf(extra))
	}
	return true
}

func (e Extra) with(name string, value any) Extra {
	if e == nil {
		e = Extra{}
	}
	e[name] = value
	return e
}

// Reads JSON text into a variable of a type of results.
func fitJSON(text []byte, into any) error {
	var value any
	if err := decode(text, &value); err != nil {
		return err
	}
	if target := reflect.ValueOf(into).Elem(); !fit(target, value) {
		return fmt.Errorf("a %s was expected", target.Type())
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
