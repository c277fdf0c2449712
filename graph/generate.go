package graph

//go:generate sh -c "cd .. && go tool gqlgen generate"
//go:generate go run ./withoutdefer
//go:generate go run ./bundle
