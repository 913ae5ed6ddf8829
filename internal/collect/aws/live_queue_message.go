package aws

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// created is what a notification says was created.
type created struct{ bucket, key string }

// notice is the body of a message in any of the forms that notifications of a
// trail's files come in:
//
//   - of S3 itself, https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html,
//   - of EventBridge, https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html,
//   - of CloudTrail, https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html,
//   - each of them within one of SNS, https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html.
type notice struct {
	// Of S3.
	Event   string // "s3:TestEvent" when the notification is set up.
	Records []struct {
		EventName string `json:"eventName"`
		S3        struct {
			Bucket struct{ Name string }
			Object struct{ Key string }
		} `json:"s3"`
	}
	// Of EventBridge.
	Source     string `json:"source"`
	DetailType string `json:"detail-type"`
	Detail     struct {
		Bucket struct{ Name string }
		Object struct{ Key string }
	} `json:"detail"`
	// Of CloudTrail.
	S3Bucket    string   `json:"s3Bucket"`
	S3ObjectKey []string `json:"s3ObjectKey"`
	// Of SNS.
	Message *string
}

// parseNotice returns the objects that a message says were created: none where
// it tells of something else that S3 does.
func parseNotice(body string) ([]created, error) {
	var n notice
	if err := json.Unmarshal([]byte(body), &n); err != nil {
		return nil, fmt.Errorf("is no JSON object of a known form: %w", err)
	}
	if n.Message != nil {
		if err := json.Unmarshal([]byte(*n.Message), &n); err != nil {
			return nil, fmt.Errorf("the message within that of SNS is no JSON object of a known form: %w", err)
		}
	}
	switch {
	case n.Event == "s3:TestEvent":
		return nil, nil
	case n.Records != nil:
		return n.records()
	case n.Source == "aws.s3":
		if n.DetailType != "Object Created" {
			return nil, nil
		}
		return named(created{n.Detail.Bucket.Name, n.Detail.Object.Key})
	case n.S3Bucket != "" || n.S3ObjectKey != nil:
		var all []created
		for _, key := range n.S3ObjectKey {
			all = append(all, created{n.S3Bucket, key})
		}
		return named(all...)
	}
	return nil, errors.New("is no notification of S3, EventBridge or CloudTrail")
}

// records takes those of S3, whose keys are encoded as in a URL's query.
func (n *notice) records() ([]created, error) {
	var all []created
	for i := range n.Records {
		r := &n.Records[i]
		if !strings.HasPrefix(r.EventName, "ObjectCreated:") {
			continue
		}
		key, err := url.QueryUnescape(r.S3.Object.Key)
		if err != nil {
			return nil, fmt.Errorf("the key %q is not encoded as in a URL: %w", r.S3.Object.Key, err)
		}
		all = append(all, created{r.S3.Bucket.Name, key})
	}
	return named(all...)
}

// named refuses objects without a name.
func named(all ...created) ([]created, error) {
	for _, o := range all {
		if o.bucket == "" || o.key == "" {
			return nil, errors.New("names no bucket or no key")
		}
	}
	return all, nil
}
