// Package exposure tells what an estate of AWS accounts gives away: who
// outside may enter its roles, which other accounts its identities enter, who
// reaches its buckets, and who reads secrets or can switch off what watches.
// It does no I/O.
//
// # Outside
//
// Outside of an account are all other accounts, those of the same estate too,
// identity providers, and everybody. AWS services are inside. The rules of S3
// are its own:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status.
//
// # Doubt
//
// What is not known never hides access. A condition whose context is not known
// makes an entry conditional, with the keys that would decide; of an account
// that is not among the documents it is assumed that it gives its identities
// every permission; and a bucket whose policy could not be read is of class
// unknown, never private.
package exposure
