package reach_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// moduleRoot is the module's folder, seen from this package.
const moduleRoot = "../.."

// goFile is one parsed file of the program.
type goFile struct {
	*ast.File

	path  string              // from the module's root, with slashes
	texts map[string]ast.Expr // the package's constants and variables, by name
}

// folder is the file's package, as a path.
func (f goFile) folder() string { return path.Dir(f.path) }

// programFiles parses every file of the program that people wrote: no tests, no
// generated code, nothing of test and bench, which are no part of the program.
func programFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	root := os.DirFS(moduleRoot)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipped(root, name)
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(filepath.Join(moduleRoot, name))
		if err != nil {
			return err
		}
		file, err := parseSource(name, string(source))
		if err == nil && !ast.IsGenerated(file.File) {
			files = append(files, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	shareTexts(files)
	return files
}

// skipped tells to pass over hidden folders, other modules, tests and benchmarks.
func skipped(root fs.FS, name string) error {
	if name == "." {
		return nil
	}
	_, err := fs.Stat(root, name+"/go.mod")
	if strings.HasPrefix(path.Base(name), ".") || name == "test" || name == "bench" || name == "bin" || !errors.Is(err, fs.ErrNotExist) {
		return fs.SkipDir
	}
	return nil
}

func parseSource(name, source string) (goFile, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments|parser.SkipObjectResolution)
	return goFile{path: name, File: file, texts: map[string]ast.Expr{}}, err
}

// shareTexts gives each file the constants and variables of its whole package.
func shareTexts(files []goFile) {
	byFolder := map[string]map[string]ast.Expr{}
	for i, file := range files {
		texts := byFolder[file.folder()]
		if texts == nil {
			texts = file.texts
			byFolder[file.folder()] = texts
		}
		files[i].texts = texts
		for _, declaration := range file.Decls {
			general, ok := declaration.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range general.Specs {
				if value, ok := spec.(*ast.ValueSpec); ok && len(value.Values) == len(value.Names) {
					for n, name := range value.Names {
						texts[name.Name] = value.Values[n]
					}
				}
			}
		}
	}
}

// text gives what a string expression says, {?} where that is known at run time
// only; ok is false when it is no string.
func (f goFile) text(expression ast.Expr) (text string, ok bool) {
	switch e := expression.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.ParenExpr:
		return f.text(e.X)
	case *ast.Ident:
		if value, known := f.texts[e.Name]; known {
			return f.text(value)
		}
	case *ast.BinaryExpr:
		left, leftOK := f.text(e.X)
		right, rightOK := f.text(e.Y)
		if e.Op != token.ADD || (!leftOK && !rightOK) {
			return "", false
		}
		return orUnknown(left, leftOK) + orUnknown(right, rightOK), true
	}
	return "", false
}

func orUnknown(text string, known bool) string {
	if known {
		return text
	}
	return "{?}"
}

// statements calls found with each string expression of the file, the longest of
// each, and with the function that it stands in; nil outside of one.
func (f goFile) statements(found func(text string, in *ast.FuncDecl)) {
	for _, declaration := range f.Decls {
		in, _ := declaration.(*ast.FuncDecl)
		ast.Inspect(declaration, func(node ast.Node) bool {
			expression, ok := node.(ast.Expr)
			if !ok {
				return true
			}
			if _, isName := node.(*ast.Ident); isName {
				return false
			}
			text, isText := f.text(expression)
			if isText {
				found(text, in)
			}
			return !isText
		})
	}
}

// calls calls found with each call of a method or of another package's function.
func (f goFile) calls(found func(call *ast.CallExpr, of *ast.SelectorExpr)) {
	ast.Inspect(f.File, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			if of, ok := call.Fun.(*ast.SelectorExpr); ok {
				found(call, of)
			}
		}
		return true
	})
}
