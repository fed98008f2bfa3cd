package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"hostbill.example/hostbill"
)

// Calls the generated method of an operation, and returns the data as they came, without the types of results.
func method(ctx context.Context, client *hostbill.Client, operation string, params hostbill.Params, options []hostbill.Option) (any, error) {
	path, names := lookup(operation)
	function := reflect.ValueOf(client).Elem()
	for _, part := range path[:len(path)-1] {
		function = function.FieldByName(part)
	}
	if len(path) == 1 {
		function = reflect.ValueOf(client)
	}
	function = function.MethodByName(path[len(path)-1])
	left := object{}
	for name, value := range params {
		left[name] = value
	}
	arguments := []reflect.Value{reflect.ValueOf(ctx)}
	for _, name := range names {
		argument := reflect.New(function.Type().In(len(arguments))).Elem()
		if !set(argument, left[name]) {
			return nil, fmt.Errorf("%s: %s cannot be %v", operation, name, left[name])
		}
		delete(left, name)
		arguments = append(arguments, argument)
	}
	if function.Type().NumIn() > len(arguments)+1 {
		given := reflect.New(function.Type().In(len(arguments)))
		left = fill(given.Interface(), left)
		arguments = append(arguments, given.Elem())
	}
	if len(left) > 0 {
		return nil, fmt.Errorf("%s does not take %v", operation, left)
	}
	var answer hostbill.Answer
	for _, option := range append([]hostbill.Option{hostbill.WithAnswer(&answer)}, options...) {
		arguments = append(arguments, reflect.ValueOf(option))
	}
	err, _ := function.Call(arguments)[1].Interface().(error)
	return answer.Data, err
}

func lookup(operation string) (path, names []string) {
	for _, line := range strings.Split(methods, "\n") {
		if words := strings.Fields(line); len(words) > 1 && words[0] == operation {
			return strings.Split(words[1], "."), words[2:]
		}
	}
	panic("no method for " + operation)
}

// Puts values in the fields of a struct that have their names, and returns those that fit in none.
func fill(into any, values object) object {
	left := object{}
	target := reflect.ValueOf(into).Elem()
	for name, value := range values {
		found := false
		for index := 0; index < target.NumField() && !found; index++ {
			tag, _, _ := strings.Cut(target.Type().Field(index).Tag.Get("hostbill"), ",")
			found = tag == name && set(target.Field(index), value)
		}
		if !found {
			left[name] = value
		}
	}
	return left
}

// Sets a variable of any type from decoded JSON, if that fits. Whole numbers and texts stand for each other.
func set(target reflect.Value, value any) bool {
	inner := target.Type()
	if inner.Kind() == reflect.Pointer {
		inner = inner.Elem()
	}
	members, isObject := value.(object)
	if isObject && inner.Kind() == reflect.Struct {
		made := reflect.New(inner)
		target.Set(made)
		return len(fill(made.Interface(), members)) == 0
	}
	if inner == reflect.TypeOf(time.Duration(0)) {
		number, _ := value.(json.Number)
		seconds, err := number.Float64()
		made := time.Duration(seconds * float64(time.Second))
		value = json.Number(strconv.FormatInt(int64(made), 10))
		if err != nil {
			return false
		}
	}
	if number, isNumber := value.(json.Number); isNumber {
		if inner.Kind() == reflect.String && inner.Name() != "Number" {
			value = string(number)
		}
	}
	if digits, isText := value.(string); isText && inner.Kind() == reflect.Int64 {
		value = json.Number(digits)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return false
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	return decoder.Decode(target.Addr().Interface()) == nil
}
