package aws

// Evaluator returns the evaluator that compiled the account, to compile others
// like it: what the account would be if something in it were different.
func (a *Account) Evaluator() *Evaluator { return &Evaluator{cat: a.cat, schema: a.judge.schema} }
