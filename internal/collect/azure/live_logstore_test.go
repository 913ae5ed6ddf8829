package azure_test

import "net/http"

type logStore struct{}

func newLogStore() *logStore { return &logStore{} }

func (*logStore) serves(string) bool                            { return false }
func (*logStore) serve(w http.ResponseWriter, r *http.Request) {}
