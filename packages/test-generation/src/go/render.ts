// Values as Go expressions, and the harness around one function, which is compiled into its package. Pure.
import type { Callable } from '../callable.ts';
import type { Value } from '../value.ts';

const PACKAGES = ['context', 'errors', 'strings', 'time', 'math'];

/** Null where no expression gives it back. Inside a composite literal the types are written again: that is never wrong. */
export function renderGo(value: Value, qualify: (name: string) => string = (name) => name): string | null {
  const inner = (one: Value): string | null => renderGo(one, qualify);
  const all = (some: readonly Value[]): string[] | null => {
    const parts = some.map(inner);
    return parts.every((part) => part !== null) ? parts : null;
  };
  switch (value.t) {
    case 'null':
    case 'undefined':
      return 'nil';
    case 'bool':
      return value.as === undefined || value.as === 'bool' ? String(value.v) : `${qualify(value.as)}(${value.v})`;
    case 'num':
      if (typeof value.v !== 'number') return value.v === 'NaN' ? 'math.NaN()' : `math.Inf(${value.v === 'Infinity' ? 1 : -1})`;
      return value.as === undefined ? String(value.v) : `${qualify(value.as)}(${value.v})`;
    case 'str':
      return value.as === undefined || value.as === 'string' ? goText(value.v) : `${qualify(value.as)}(${goText(value.v)})`;
    case 'list': {
      const parts = all(value.v);
      return parts && `${qualify(value.as ?? '[]any')}{${parts.join(', ')}}`;
    }
    case 'map': {
      const parts = all(value.v.flat());
      return parts && `${qualify(value.as ?? 'map[string]any')}{${value.v.map((_, i) => `${parts[2 * i]}: ${parts[2 * i + 1]}`).join(', ')}}`;
    }
    case 'obj': {
      const parts = all(value.v.map(([, one]) => one));
      if (parts === null || value.as === undefined) return null;
      const [mark, name] = value.as.startsWith('&') ? ['&', value.as.slice(1)] : ['', value.as];
      return `${mark}${qualify(name)}{${value.v.map(([field], i) => `${field}: ${parts[i]}`).join(', ')}}`;
    }
    case 'raw':
      return value.v;
    default:
      return null;
  }
}

/** Go's own escapes only; what is not printable as code points. */
export const goText = (text: string): string =>
  `"${[...text]
    .map((char) => {
      const code = char.codePointAt(0) ?? 0;
      if (char === '"' || char === '\\') return `\\${char}`;
      if (char === '\n') return '\\n';
      if (code < 32 || code === 127 || (code > 126 && !/\p{L}|\p{N}|\p{S}|\p{P}/u.test(char)))
        return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
      return char;
    })
    .join('')}"`;

/** The standard packages that a text of Go names. */
export const importsFor = (text: string): string[] => PACKAGES.filter((name) => new RegExp(`\\b${name}\\.`).test(text.replaceAll(/"(\\.|[^"\\])*"/g, '""')));

/** A call of each case as a closure over its arguments; null for a case that cannot be written. */
export function goHarness(packageName: string, callable: Callable, cases: readonly (readonly Value[])[]): string {
  const calls = cases.map((args) => {
    const parts = args.map((arg) => renderGo(arg));
    if (!parts.every((part) => part !== null)) return 'nil';
    const types = [...(callable.receiver ? [null] : []), ...callable.parameters.map(({ rest }) => rest)];
    const names = parts.map((_, i) => `a${i}`);
    // An untyped nil has no type of its own: it is passed as it stands.
    const set = parts.map((part, i) => (part === 'nil' || types[i] ? '' : `a${i} := ${part}; `)).join('');
    const pass = names.map((name, i) => (parts[i] === 'nil' || types[i] ? (parts[i] ?? '') : name));
    const kept = names.filter((_, i) => parts[i] !== 'nil' && !types[i]);
    const call = callable.receiver ? `${pass[0]}.${callable.path[1]}(${pass.slice(1).join(', ')})` : `${callable.path[0]}(${pass.join(', ')})`;
    return `func() ([]any, func() []any) { ${set}return []any{${kept.map((name) => `&${name}`).join(', ')}}, func() []any { ${callable.silent ? `${call}; return nil` : `return awoAll(${call})`} } }`;
  });
  const body = calls.map((call) => `\t${call},`).join('\n');
  return HARNESS.replaceAll('PACKAGE', packageName)
    .replace(
      '//IMPORTS',
      importsFor(body)
        .filter((name) => !['errors', 'strings', 'math'].includes(name))
        .map((name) => `\t"${name}"`)
        .join('\n'),
    )
    .replace('//CALLS', () => body);
}

const HARNESS = `package PACKAGE

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"testing"
//IMPORTS
)

var _ = errors.New
var _ = strings.NewReader
var _ = math.NaN

func awoAll(values ...any) []any { return values }

var awoCalls = []func() ([]any, func() []any){
//CALLS
}

type awoValue map[string]any

func awoEncode(v reflect.Value, depth int, room *int) awoValue {
	*room--
	if *room < 0 || depth > 8 {
		return awoValue{"t": "opaque", "v": "more"}
	}
	if !v.IsValid() {
		return awoValue{"t": "null"}
	}
	if v.CanInterface() {
		if err, ok := v.Interface().(error); ok {
			if v.Kind() == reflect.Pointer && v.IsNil() {
				return awoValue{"t": "null"}
			}
			return awoValue{"t": "error", "as": "error", "v": err.Error()}
		}
		if v.Type().PkgPath() == "time" {
			if s, ok := v.Interface().(fmt.Stringer); ok {
				return awoValue{"t": "opaque", "v": s.String()}
			}
		}
	}
	name := v.Type().String()
	if at := strings.LastIndex(name, "PACKAGE."); at >= 0 {
		name = strings.ReplaceAll(name, "PACKAGE.", "")
	}
	switch v.Kind() {
	case reflect.Bool:
		return awoValue{"t": "bool", "v": v.Bool(), "as": name}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if n := v.Int(); n < 1<<53 && n > -(1<<53) {
			return awoValue{"t": "num", "v": n, "as": name}
		}
		return awoValue{"t": "big", "v": strconv.FormatInt(v.Int(), 10)}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if n := v.Uint(); n < 1<<53 {
			return awoValue{"t": "num", "v": n, "as": name}
		}
		return awoValue{"t": "big", "v": strconv.FormatUint(v.Uint(), 10)}
	case reflect.Float32, reflect.Float64:
		f := v.Float()
		if math.IsNaN(f) {
			return awoValue{"t": "num", "v": "NaN", "as": name}
		}
		if math.IsInf(f, 0) {
			return awoValue{"t": "num", "v": map[bool]string{true: "Infinity", false: "-Infinity"}[f > 0], "as": name}
		}
		return awoValue{"t": "num", "v": f, "as": name}
	case reflect.String:
		s := v.String()
		if len(s) > 4000 {
			s = s[:4000] + fmt.Sprintf("... %d bytes", len(s))
		}
		return awoValue{"t": "str", "v": s, "as": name}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return awoValue{"t": "list", "v": []awoValue{}, "as": "nil " + name}
		}
		items := []awoValue{}
		for i := 0; i < v.Len() && i < 500; i++ {
			items = append(items, awoEncode(v.Index(i), depth+1, room))
		}
		return awoValue{"t": "list", "v": items, "as": name}
	case reflect.Map:
		type pair struct {
			key   string
			value [2]awoValue
		}
		pairs := []pair{}
		for _, key := range v.MapKeys() {
			k := awoEncode(key, depth+1, room)
			text, _ := json.Marshal(k)
			pairs = append(pairs, pair{string(text), [2]awoValue{k, awoEncode(v.MapIndex(key), depth+1, room)}})
		}
		sort.Slice(pairs, func(i, j int) bool { return pairs[i].key < pairs[j].key })
		values := [][2]awoValue{}
		for _, one := range pairs {
			values = append(values, one.value)
		}
		if v.IsNil() {
			name = "nil " + name
		}
		return awoValue{"t": "map", "v": values, "as": name}
	case reflect.Struct:
		fields := [][2]any{}
		for i := 0; i < v.NumField(); i++ {
			fields = append(fields, [2]any{v.Type().Field(i).Name, awoEncode(v.Field(i), depth+1, room)})
		}
		return awoValue{"t": "obj", "v": fields, "as": name}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return awoValue{"t": "null"}
		}
		inner := awoEncode(v.Elem(), depth+1, room)
		if as, ok := inner["as"].(string); ok && v.Kind() == reflect.Pointer && inner["t"] == "obj" {
			inner["as"] = "&" + as
		}
		return inner
	}
	return awoValue{"t": "opaque", "v": "a " + v.Kind().String()}
}

func awoWhole(v any) awoValue {
	room := 3000
	return awoEncode(reflect.ValueOf(v), 0, &room)
}

func TestMain(m *testing.M) {
	report := json.NewEncoder(os.NewFile(3, "report"))
	from, _ := strconv.Atoi(os.Getenv("AWO_FROM"))
	report.Encode(map[string]any{"loaded": true})
	for i := from; i < len(awoCalls); i++ {
		printed, err := os.Create(os.Getenv("AWO_OUT"))
		if err != nil {
			panic(err)
		}
		os.Stdout, os.Stderr = printed, printed
		report.Encode(map[string]any{"begin": i})
		args, ended := []any{}, awoValue{}
		if awoCalls[i] == nil {
			ended = awoValue{"kind": "crashed", "why": "no such call"}
		} else {
			args, ended = awoOne(awoCalls[i])
		}
		after := []awoValue{}
		for _, arg := range args {
			after = append(after, awoWhole(arg))
		}
		text, _ := os.ReadFile(printed.Name())
		size := len(text)
		if size > 4000 {
			text = text[:4000]
		}
		if size > 4<<20 {
			ended = awoValue{"kind": "too-much-output", "bytes": size}
		}
		printed.Close()
		report.Encode(map[string]any{"end": i, "outcome": map[string]any{"ended": ended, "args": after, "output": string(text)}})
	}
	os.Exit(0)
}

func awoOne(make func() ([]any, func() []any)) (args []any, ended awoValue) {
	defer func() {
		if r := recover(); r != nil {
			_, accident := r.(runtime.Error)
			ended = awoValue{"kind": "threw", "type": "panic", "message": fmt.Sprint(r), "accident": accident}
		}
	}()
	args, call := make()
	results := call()
	values := []awoValue{}
	for _, one := range results {
		values = append(values, awoWhole(one))
	}
	if len(values) == 1 {
		return args, awoValue{"kind": "returned", "value": values[0]}
	}
	if len(values) == 0 {
		return args, awoValue{"kind": "returned", "value": awoValue{"t": "undefined"}}
	}
	return args, awoValue{"kind": "returned", "value": awoValue{"t": "list", "v": values, "as": "results"}}
}
`;
