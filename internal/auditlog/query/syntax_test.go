package query_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// Each is a text and what its author is told. The caret stands where the text
// has a ‸.
func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{`‸outcom:denied and x`, `"outcom" is not a field; did you mean "outcome"? For the text itself, put it in quotes`},
		{`a and ‸iam:CreateUser`, `"iam" is not a field; for the action write action:iam:CreateUser, for the text put it in quotes`},
		{`‸user=ana`, `a field is compared with a colon: username:ana; to search for the text itself, put it in quotes`},
		{`‸user!=arn:aws:x`, `a field is compared with a colon: username!:arn:aws:x; to search`},
		{`user:‸ and x`, `a value is missing after username:`},
		{`user:‸ state:denied`, `a value is missing after username:`},
		{`user:‸`, `a value is missing here, such as username:ana`},
		{`user:(a, ‸)`, `a value is missing here, such as username:ana`},
		{`foo and‸`, `a condition is missing here, such as outcome:denied`},
		{`‸(a or b`, `the parenthesis is never closed; add )`},
		{`‸disabled(a or b`, `the parenthesis is never closed; add )`},
		{`a‸) b`, `the parenthesis closes none; leave it out, or quote it`},
		{`(‸)`, `a condition is missing here, such as outcome:denied`},
		{`user:(a ‸b)`, `values in parentheses have commas between them: (a, b); a value with spaces needs quotes`},
		{`user:‸(a, b`, `the parenthesis is never closed; add )`},
		{`name:a‸(b)`, `the parenthesis follows a value directly`},
		{`ip:‸10.0.0.0/33`, `"10.0.0.0/33" is not a network; write it like 10.0.0.0/8 or 2001:db8::/32`},
		{`ip:(10.0.0.0/8, ‸nowhere)`, `"nowhere" is not a network`},
		{`ip:in_cidr(‸10.0.0.1)`, `"10.0.0.1" is an address, not a network; write 10.0.0.1/32 for it alone`},
		{`ip:‸(10.0.0.0/8, *.amazonaws.com)`, `networks and patterns are no list; write address:… or address:…`},
		{`outcome:denied‸,failed`, `a comma stands between values in parentheses only; write field:(a, b), or quote it`},
		{`outcome:‸refused`, `"refused" is not one of success, authorization_failure, error`},
		{`outcome:‸"denied"`, `"denied" is not one of success, authorization_failure, error`},
		{`outcome:~‸x`, `outcome cannot be asked with contains; it takes is, is_not, in, not_in, exists, not_exists`},
		{`severity:‸hi*`, `severity takes no wildcards; name the values`},
		{`user:~‸a*`, `contains takes no wildcards; write username:a*, or put the value in quotes`},
		{`user:‸""`, `the value is empty; ask for events without username with not_exists`},
		{`name:is‸()`, `the value is missing; is needs a value`},
		{`time:‸2026-01-02`, `a time is compared with > and <: time:>2026-01-02`},
		{`time:>‸yesterday`, `"yesterday" is not a time; write it like 2026-01-31T12:00:00Z`},
		{`time‸!:>2026-01-02`, `greater has no opposite of its own; write not time:…`},
		{`user‸!:is_not(x)`, `is_not has no opposite of its own; write not username:…`},
		{`‸“x”`, `the quotation mark “ is not one of the language; write "…"`},
		{`user:‸“x”`, `the quotation mark “ is not one of the language; write "…"`},
		{`‸foo*`, `a text has no wildcards, for it finds parts of words as well; leave them out, or quote it`},
		{`‸* and x`, `* stands alone, for every event, or behind a field`},
		{`‸"abc`, `the quotation mark is never closed; end the text with "`},
		{`user:"a‸\q"`, `the backslash stands before nothing that it can escape; write \\ for a backslash`},
		{`user:"a‸\xe9"`, `\x needs two hexadecimal digits up to 7f`},
		{`user:"a‸\ud800"`, `\u needs the number of a character`},
		{`user ‸= ana`, `a field is compared with a colon: username:ana; to search for the text itself, put it in quotes`},
		{`ingested ‸>=2026-01-01`, `a field is compared with a colon: username:ana; to search`},
		{`‸""`, `the value is empty; leave it out`},
		{`user:‸""`, `the value is empty; ask for events without username with not_exists`},
		{`a ‸&& b`, `write and; to search for the text itself, put it in quotes`},
		{`a ‸|| b`, `write or between alternatives`},
		{`a ‸-b`, `write not b; to search for the text itself, put it in quotes`},
		{`‸-user:b`, `write not user:b; to search for the text itself, put it in quotes`},
		{`a count ‸by identity`, `write | before what groups: | count by identity; to search`},
		{`‸or x`, `a condition is missing before or; to search for the word itself, quote it`},
		{`user:x and ‸or y`, `a condition is missing before or; to search for the word itself, quote it`},
		{`| count by ‸identty`, `"identty" is not a field; did you mean "identity"?`},
		{`| count by identity, ‸identity`, `identity stands there twice`},
		{`| count by ‸time`, `events cannot be grouped by time; ask for a series`},
		{`| ‸cont`, `"cont" cannot stand after |; there are count, unique, first, last, series, sort and limit`},
		{`| ‸unique by name`, `unique: field: is missing; say what to count the different values of`},
		{`| ‸count(name)`, `count(name): field: count has no field; only unique has`},
		{`| series ‸first`, `first: function: a series is of count or unique, not of first`},
		{`| sort ‸-folder`, `events cannot be sorted by folder`},
		{`| count | sort ‸-last`, `"last" is not a column of the groups; there are count`},
		{`| series | sort ‸time`, `a series has no order of its own`},
		{`| limit ‸0`, `limit needs a number from 1 to 10000, like limit 10`},
		{`| series | ‸limit 5`, `limit does not bound a series; write top: | series 1h by outcome top 5`},
		{`| series ‸1x`, `"1x" is not a duration; write it like 30s, 5m, 1h or 1d`},
		{`| series ‸10ms`, `the interval is below 1s`},
		{`| series top ‸many`, `top needs a number from 1 to 1000, like top 10`},
		{`| count | ‸series`, `there is one answer only: series is the second`},
		{`| limit 5 | ‸count`, `count stands after sort or limit; put it before them`},
		{`| limit 5 | ‸limit 6`, `limit stands there twice`},
		{`| ‸`, `something is missing after |: count, unique, first, last, series, sort or limit`},
		{"a\xff", `the text is not UTF-8`},
	} {
		text := strings.Replace(test.text, "‸", "", 1)
		_, err := query.Parse(text)
		e, ok := errors.AsType[*query.SyntaxError](err)
		if !ok || !strings.HasPrefix(e.Message, test.want) {
			t.Errorf("Parse(%s) = %v, want %s", text, err, test.want)
			continue
		}
		if at := strings.Index(test.text, "‸"); at >= 0 && e.Offset != at {
			t.Errorf("Parse(%s): offset %d, want %d:\n%v", text, e.Offset, at, err)
		}
	}
}

// The caret stands below its place whatever is before it on the line.
func TestSyntaxErrorShows(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 200)
	for _, test := range []struct{ text, want string }{
		{"a and\n  \tuser=x\nb", "line 2, column 4: a field is compared with a colon: username:x; to search for the text itself, put it in quotes\n       user=x\n       ^"},
		{"日本語 é e\u0301 \U0001F600 outcom:x", "outcom:x\n" + strings.Repeat(" ", 4+6+1+1+1+1+1+2+1) + "^"},
		{long + " outcom:x " + long, "    …" + strings.Repeat("a", 38) + " outcom:x " + strings.Repeat("a", 26) + "…\n" + strings.Repeat(" ", 44) + "^"},
		{"(" + long, "    (" + strings.Repeat("a", 34) + "…\n    ^"},
		{"\x1b[31m a) ", "    \uFFFD[31m a) \n           ^"},
	} {
		_, err := query.Parse(test.text)
		if err == nil || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("Parse(%q):\n%v\nwant\n%s", test.text, err, test.want)
		}
	}
}

// Texts and their canonical form.
func TestCanonicalText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{``, `*`},
		{` * `, `*`},
		{`outcome:denied and action:iam:* and not identity:ci-*`, `outcome:authorization_failure and action:iam:* and not identity:ci-*`},
		{`STATE:Denied Task:iam:CreateUser`, `outcome:authorization_failure and action:iam:CreateUser`},
		{`state:failed`, `outcome:(authorization_failure, error)`},
		{`state!:ok`, `outcome!:success`},
		{`a or b and c`, `a or b and c`},
		{`a OR (b AND (c))`, `a or b and c`},
		{`(a or b) c`, `(a or b) and c`},
		{`not (a or b) or not c d`, `not (a or b) or not c and d`},
		{`not not a`, `not not a`},
		{`user:(ana)`, `username:ana`},
		{`user:('ana maria', "o\"neil", b)`, `username:("ana maria", "o\"neil", b)`},
		{`user: ana`, `username:ana`},
		{`user:is(ana, ben) user:not_in(x)`, `username:(ana, ben) and username!:x`},
		{`agent:"aws cli"* name:Get?bject`, `user_agent:"aws cli"* and name:Get?bject`},
		{`name:"a*" name:a\* name:(a*, "b*", c)`, `name:"a*" and name:"a*" and name:(a*, b\*, c)`},
		{`name:matches(listbuckets)`, `name:matches(listbuckets)`},
		{`error_code:* session!:*`, `error_code:* and session!:*`},
		{`name:matches(*)`, `name:matches(*)`},
		{`ip:10.0.0.0/8 ip!:(192.0.2.0/24, 2001:db8::/32)`, `address:10.0.0.0/8 and address!:(192.0.2.0/24, 2001:db8::/32)`},
		{`ip:(10.0.0.0/8, 192.0.2.1, 2001:db8::1)`, `address:(10.0.0.0/8, 192.0.2.1/32, 2001:db8::1/128)`},
		{`ip:10.*`, `address:10.*`},
		{`time:>2026-01-02 time:<=2026-01-02T12:00`, `time:>2026-01-02T00:00:00Z and not time:>2026-01-02T12:00:00Z`},
		{`time:>2026-01-02T02:00:00+02:00`, `time:>2026-01-02T00:00:00Z`},
		{`user!:~admin text:x text!:y text:~(a, b)`, `username!:~admin and x and text!:~y and text:~(a, b)`},
		{`"and" "by" "a:b" "-x" "&&" "disabled"`, `"and" and "by" and "a:b" and "-x" and "&&" and disabled`},
		{`disabled(a or b) and disabled(not user:())`, `disabled(a or b) and disabled(not username:in())`},
		{`disabled(ip:in_cidr(nothing)) disabled(disabled(a))`, `disabled(address:in_cidr(nothing)) and disabled(a)`},
		{`|COUNT() BY user`, `* | count by username`},
		{`a | count, unique(task), first, last by identity, ip | sort -unique(task), ip | limit 5`, `a | count, unique(action), first, last by identity, address | sort -unique(action), address | limit 5`},
		{`| series`, `* | series`},
		{`| series count 60m by state top 5`, `* | series 1h by outcome top 5`},
		{`| series unique(user) 1d`, `* | series unique(username) 1d`},
		{`resource_tag:critical identity_tag:team=a*`, `resource_tag:critical and identity_tag:team=a*`},
		{"a\n\tand # b", `a and # and b`},
	} {
		q, err := query.Parse(test.text)
		if err != nil {
			t.Errorf("Parse(%s): %v", test.text, err)
			continue
		}
		if got := q.String(); got != test.want {
			t.Errorf("Parse(%s) is %s, want %s", test.text, got, test.want)
		}
	}
}

func TestTextBounds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"large", strings.Repeat("a", 50<<20), "the text has 52428800 bytes; at most 1048576 are taken"},
		{"deep", strings.Repeat("(", 100_000), "the conditions are nested deeper than 32 groups"},
		{"nots", strings.Repeat("not ", 100_000), "the conditions are nested deeper than 32 groups"},
		{"wide", strings.Repeat("a ", 100_000), "there are more than 1000 conditions; put values of the same field into one: field:(a, b)"},
		{"long value", "user:" + strings.Repeat("a", 9000), "the value has 9000 bytes; at most 8192 are taken"},
		{"wildcards", "user:" + strings.Repeat("*a", 70), "the value has 70 wildcards; at most 64 are taken"},
		{"many", "user:(" + strings.Repeat("a,", 100_000) + "a)", "there are more than 10000 values in all"},
		{"nested nots", strings.Repeat("not ", 40) + "a", "is nested deeper than 32 groups"},
	} {
		_, err := query.Parse(test.text)
		if err == nil || !strings.Contains(err.Error(), test.want) || len(err.Error()) > 600 {
			t.Errorf("%s: %.600v, want %s", test.name, err, test.want)
		}
	}
}

func TestParseWhere(t *testing.T) {
	t.Parallel()
	n, err := query.ParseWhere("user:ana or b")
	if err != nil || n.String() != "username:ana or b" {
		t.Errorf("%v, %v", n, err)
	}
	if n, err := query.ParseWhere("*"); n != nil || err != nil {
		t.Errorf("%v, %v, want nothing", n, err)
	}
	if _, err := query.ParseWhere(`user:"a|b" | count`); err == nil || !strings.Contains(err.Error(), "only conditions may stand here") {
		t.Error(err)
	}
}
