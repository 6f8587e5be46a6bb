// Renders charts and templates as helm does, for tests that hold our renderer against it. One JSON request a line on
// standard input, one JSON answer a line on standard output:
//
//	{"chart": "DIR", "release": "r", "values": ["FILE"], "set": ["a=b"]}   -> {"files": {"NAME": "TEXT"}}
//	{"template": "TEXT", "values": "YAML"}                                 -> {"text": "TEXT"}
//	{"versions": true}                                                     -> {"versions": ["v1", ...]}
//
// What fails has "error" in its answer; "varies" names the files that come out differently when it is done again.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"
)

type request struct {
	Chart    string   `json:"chart"`
	Release  string   `json:"release"`
	Values   any      `json:"values"`
	Set      []string `json:"set"`
	String   []string `json:"setString"`
	JSON     []string `json:"setJson"`
	File     []string `json:"setFile"`
	Template string   `json:"template"`
	Versions bool     `json:"versions"`
	Times    int      `json:"times"`
}

type answer struct {
	Files    map[string]string `json:"files,omitempty"`
	Text     string            `json:"text,omitempty"`
	Error    string            `json:"error,omitempty"`
	Varies   []string          `json:"varies,omitempty"`
	Versions []string          `json:"versions,omitempty"`
}

func main() {
	log.SetOutput(io.Discard)
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<28)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var r request
		must(json.Unmarshal(in.Bytes(), &r))
		bytes, err := json.Marshal(answered(r))
		must(err)
		out.Write(append(bytes, '\n'))
		out.Flush()
	}
	must(in.Err())
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func answered(r request) answer {
	if r.Versions {
		return answer{Versions: capabilities().APIVersions}
	}
	first := once(r)
	varies := map[string]bool{}
	for range r.Times - 1 {
		again := once(r)
		for name, text := range first.Files {
			if again.Files[name] != text {
				varies[name] = true
			}
		}
		if again.Text != first.Text || again.Error != first.Error {
			varies[""] = true
		}
	}
	for name := range varies {
		first.Varies = append(first.Varies, name)
	}
	return first
}

func once(r request) (a answer) {
	defer func() {
		if problem := recover(); problem != nil {
			a = answer{Error: fmt.Sprint("panic: ", problem)}
		}
	}()
	var files map[string]string
	var err error
	if r.Chart != "" {
		files, err = renderChart(r)
	} else {
		files, err = renderTemplate(r)
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	if r.Chart == "" {
		return answer{Text: files["t/templates/t"]}
	}
	return answer{Files: files}
}

// capabilities are those of the helm that is released with this module's version.
func capabilities() *chartutil.Capabilities {
	all := chartutil.DefaultCapabilities.Copy()
	all.KubeVersion = chartutil.KubeVersion{Version: "v1.37.0", Major: "1", Minor: "37"}
	all.HelmVersion.Version = "v3.22.0"
	return all
}

func renderChart(r request) (map[string]string, error) {
	c, err := loader.Load(r.Chart)
	if err != nil {
		return nil, err
	}
	opts := values.Options{Values: r.Set, StringValues: r.String, JSONValues: r.JSON, FileValues: r.File}
	if list, ok := r.Values.([]any); ok {
		for _, file := range list {
			opts.ValueFiles = append(opts.ValueFiles, file.(string))
		}
	}
	vals, err := opts.MergeValues(nil)
	if err != nil {
		return nil, err
	}
	if c.Metadata.Dependencies != nil {
		if err := action.CheckDependencies(c, c.Metadata.Dependencies); err != nil {
			return nil, err
		}
	}
	return render(c, vals, r.Release)
}

func renderTemplate(r request) (map[string]string, error) {
	vals := map[string]any{}
	if text, ok := r.Values.(string); ok {
		if err := yaml.Unmarshal([]byte(text), &vals); err != nil {
			return nil, err
		}
	}
	c := &chart.Chart{
		Metadata:  &chart.Metadata{Name: "t", Version: "1.0.0", APIVersion: "v2"},
		Templates: []*chart.File{{Name: "templates/t", Data: []byte(r.Template)}},
	}
	return render(c, vals, "r")
}

func render(c *chart.Chart, vals map[string]any, release string) (map[string]string, error) {
	caps := capabilities()
	if err := chartutil.ProcessDependenciesWithMerge(c, vals); err != nil {
		return nil, err
	}
	options := chartutil.ReleaseOptions{Name: release, Namespace: "default", Revision: 1, IsInstall: true}
	all, err := chartutil.ToRenderValues(c, vals, options, caps)
	if err != nil {
		return nil, err
	}
	if c.Metadata.KubeVersion != "" && !chartutil.IsCompatibleRange(c.Metadata.KubeVersion, caps.KubeVersion.String()) {
		return nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", c.Metadata.KubeVersion, caps.KubeVersion.String())
	}
	files, err := engine.Render(c, all)
	for name := range files {
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(files, name)
		}
	}
	return files, err
}
