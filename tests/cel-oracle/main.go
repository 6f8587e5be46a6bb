// Evaluates CEL expressions as a Kubernetes API server does for a ValidatingAdmissionPolicy, and writes what each gives
// and what it costs, so that our engine can be held against the original.
//
//	go run . expressions.txt ... > outcomes.jsonl
package main

import (
	"bufio"
	"cmp"
	"encoding/hex"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"gopkg.in/inf.v0"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/version"
	admission "k8s.io/apiserver/pkg/admission/plugin/cel"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
)

// row is one expression and what became of it. Compile says why it was refused, Error why it has no value.
type row struct {
	Scene   string  `json:"scene,omitempty"`
	Expr    string  `json:"expr"`
	Compile string  `json:"compile,omitempty"`
	Error   string  `json:"error,omitempty"`
	Panic   string  `json:"panic,omitempty"`
	Value   any     `json:"value,omitempty"`
	Type    string  `json:"type,omitempty"`
	Cost    *uint64 `json:"cost,omitempty"`
	Varies  bool    `json:"varies,omitempty"` // with the order in which Go walks a map
}

func main() {
	scenes := map[string]map[string]any{}
	text, err := os.ReadFile("scenes.json")
	must(err)
	must(json.Unmarshal(text, &scenes))
	env := policyEnv()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	seen := map[row]bool{}
	for _, file := range os.Args[1:] {
		for _, input := range readInput(file) {
			if seen[input] {
				continue
			}
			seen[input] = true
			bytes, err := json.Marshal(evaluate(env, input, scenes[cmp.Or(input.Scene, "pod")]))
			must(err)
			out.Write(append(bytes, '\n'))
		}
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// readInput reads rows from JSON lines with "expr", or a text with one expression a line and `# scene: name`
// lines; the scene is "pod" where none is named.
func readInput(file string) []row {
	text, err := os.ReadFile(file)
	must(err)
	rows := []row{}
	scene := ""
	for _, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "# scene:"):
			scene = strings.TrimSpace(strings.TrimPrefix(line, "# scene:"))
		case strings.HasPrefix(line, "#"):
		case strings.HasSuffix(file, ".jsonl"):
			input := row{}
			must(json.Unmarshal([]byte(line), &input))
			if input.Scene == "" {
				input.Scene = scene
			}
			rows = append(rows, row{Scene: input.Scene, Expr: input.Expr})
		default:
			rows = append(rows, row{Scene: scene, Expr: line})
		}
	}
	return rows
}

// policyEnv is the environment of a policy with params, an authorizer and a few variables.
func policyEnv() *cel.Env {
	request := admission.BuildRequestType()
	namespace := admission.BuildNamespaceType()
	field := func(name string, t *apiservercel.DeclType) *apiservercel.DeclField {
		return apiservercel.NewDeclField(name, t, true, nil, nil)
	}
	variables := apiservercel.NewObjectType(admission.VariablesTypeName, map[string]*apiservercel.DeclField{
		"name":  field("name", apiservercel.StringType),
		"count": field("count", apiservercel.IntType),
		"names": field("names", apiservercel.NewListType(apiservercel.StringType, -1)),
		"any":   field("any", apiservercel.DynType),
	})
	set, err := environment.MustBaseEnvSet(version.MajorMinor(1, 35)).Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions: []cel.EnvOption{
			cel.Variable("object", cel.DynType),
			cel.Variable("oldObject", cel.DynType),
			cel.Variable("params", cel.DynType),
			cel.Variable("request", request.CelType()),
			cel.Variable("namespaceObject", namespace.CelType()),
			cel.Variable("authorizer", library.AuthorizerType),
			cel.Variable("authorizer.requestResource", library.ResourceCheckType),
			cel.Variable("variables", variables.CelType()),
		},
		DeclTypes: []*apiservercel.DeclType{request, namespace, variables},
	}, environment.StrictCostOpt)
	must(err)
	return set.NewExpressionsEnv()
}

func evaluate(env *cel.Env, input row, scene map[string]any) (output row) {
	defer func() {
		if problem := recover(); problem != nil {
			output = row{Scene: input.Scene, Expr: input.Expr, Panic: fmt.Sprint(problem)}
		}
	}()
	ast, issues := env.Compile(input.Expr)
	if issues != nil && issues.Err() != nil {
		input.Compile = strings.SplitN(issues.Err().Error(), "\n", 2)[0]
		return input
	}
	input.Type = cel.FormatCELType(ast.OutputType())
	program, err := env.Program(ast)
	if err != nil {
		input.Compile = err.Error()
		return input
	}
	outcome := run(program, input, scene)
	for range 60 {
		if again := run(program, input, scene); !reflect.DeepEqual(outcome, again) {
			return row{Scene: input.Scene, Expr: input.Expr, Varies: true}
		}
	}
	return outcome
}

func run(program cel.Program, input row, scene map[string]any) row {
	value, details, err := program.Eval(scene)
	if details != nil {
		input.Cost = details.ActualCost()
	}
	if err != nil {
		input.Error = err.Error()
		return input
	}
	input.Value = describe(value)
	return input
}

// describe writes a value as JSON that tells its type: {"int": "5"}.
func describe(value ref.Val) any {
	one := func(kind string, content any) any { return map[string]any{kind: content} }
	switch v := value.(type) {
	case types.Bool:
		return one("bool", bool(v))
	case types.Int:
		return one("int", strconv.FormatInt(int64(v), 10))
	case types.Uint:
		return one("uint", strconv.FormatUint(uint64(v), 10))
	case types.Double:
		return one("double", strconv.FormatFloat(float64(v), 'g', -1, 64))
	case types.String:
		return one("string", string(v))
	case types.Bytes:
		return one("bytes", hex.EncodeToString(v))
	case types.Null:
		return one("null", nil)
	case types.Timestamp:
		return one("timestamp", v.UTC().Format("2006-01-02T15:04:05.999999999Z07:00"))
	case types.Duration:
		return one("duration", strconv.FormatInt(int64(v.Duration), 10))
	case *types.Type:
		return one("type", v.TypeName())
	case *types.Optional:
		if !v.HasValue() {
			return one("none", nil)
		}
		return one("optional", describe(v.GetValue()))
	case traits.Lister:
		list := []any{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			list = append(list, describe(it.Next()))
		}
		return one("list", list)
	case traits.Mapper:
		return one("map", describeMap(v))
	}
	return describeKubernetes(value)
}

func describeMap(m traits.Mapper) any {
	entries := [][]any{}
	for it := m.Iterator(); it.HasNext() == types.True; {
		key := it.Next()
		entries = append(entries, []any{describe(key), describe(m.Get(key))})
	}
	sort.Slice(entries, func(i, j int) bool { return fmt.Sprint(entries[i][0]) < fmt.Sprint(entries[j][0]) })
	return entries
}

func describeKubernetes(value ref.Val) any {
	text := ""
	switch v := value.(type) {
	case apiservercel.Quantity:
		text = nanos(*v.Quantity)
	case *apiservercel.Quantity:
		text = nanos(*v.Quantity)
	case apiservercel.IP:
		text = v.Addr.String()
	case apiservercel.CIDR:
		text = v.Prefix.String()
	case apiservercel.URL:
		text = v.URL.String()
	case apiservercel.Semver:
		text = v.Version.String()
	case apiservercel.Format:
		text = v.Name
	case *apiservercel.Format:
		text = v.Name
	default:
		text = fmt.Sprint(value)
	}
	return map[string]any{value.Type().TypeName(): text}
}

// nanos is a quantity in billionths: the same for equal ones.
func nanos(quantity resource.Quantity) string {
	amount := quantity.DeepCopy()
	return new(inf.Dec).Round(amount.AsDec(), 9, inf.RoundUp).UnscaledBig().String()
}
