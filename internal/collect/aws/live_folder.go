package aws

import (
	"context"
	"slices"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// folder reads the files of one region that are new: those that failed before,
// then all from a day before the newest on, in the order of their names.
func (r *reading) folder(ctx context.Context, prefix string) error {
	mark := r.out.Checkpoint.Folders[prefix]
	losses := &losses{}
	defer func() { losses.report(ctx, r, prefix) }()
	if err := r.readAgain(ctx, prefix, &mark, losses); err != nil {
		return err
	}
	start := mark.floor()
	if start.IsZero() {
		start = r.windowStart()
	}
	pages := s3.NewListObjectsV2Paginator(r.clients.s3, &s3.ListObjectsV2Input{
		Bucket: &r.options.Trail.Name, Prefix: &prefix, StartAfter: awssdk.String(prefix + start.Format("2006/01/02")),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			r.report(ctx, r.bucketProblem("events under "+prefix+" can't be listed", err))
			return nil
		}
		if more, err := r.page(ctx, prefix, &mark, page.Contents, losses); !more || err != nil {
			return err
		}
	}
	return nil
}

// page reads the new files of one page of the listing and reports whether the
// folder goes on.
func (r *reading) page(
	ctx context.Context, prefix string, mark *FolderMark, objects []types.Object, losses *losses,
) (more bool, err error) {
	files := mark.fresh(r.logFiles(objects, losses))
	if len(files) == 0 {
		return true, nil
	}
	if len(mark.Again) >= maxAgain {
		losses.stopped = true
		return false, nil
	}
	got, err := r.readFiles(ctx, files, losses)
	if err != nil {
		return false, err
	}
	if len(got.untried) > 0 {
		mark.remember(got.read)
		losses.stopped = true
	} else {
		mark.Again = append(mark.Again, keys(got.failed)...)
		mark.pass(files, r.options.Now())
	}
	return len(got.untried) == 0, r.saveFolder(prefix, *mark)
}

// readAgain tries the files that failed before.
func (r *reading) readAgain(ctx context.Context, prefix string, mark *FolderMark, losses *losses) error {
	if len(mark.Again) == 0 {
		return nil
	}
	files := make([]logFile, len(mark.Again))
	for i, key := range mark.Again {
		files[i].key = key
	}
	got, err := r.readFiles(ctx, files, losses)
	if err != nil {
		return err
	}
	mark.Again = keys(slices.Concat(got.failed, got.untried))
	return r.saveFolder(prefix, *mark)
}

// logFiles picks the files of a trail out of a listing.
func (r *reading) logFiles(objects []types.Object, losses *losses) []logFile {
	var files []logFile
	for _, o := range objects {
		key := awssdk.ToString(o.Key)
		delivered, ok := deliveryTime(key)
		switch {
		case ok:
			files = append(files, logFile{key, delivered})
		case !strings.HasSuffix(key, "/"): // A console's placeholder for a folder.
			losses.foreign.add(key)
		}
	}
	return files
}

func keys(files []logFile) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.key)
	}
	return all
}
