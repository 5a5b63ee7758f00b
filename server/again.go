package server

import (
	"crypto/sha256"
	"encoding/hex"

	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
)

// A tab can run its query once more, by the place that the query had in its document. Another one may stand there by now: lines came
// above it, or blocks changed places. So the tab knows a checksum of what ran; the text itself isn't kept with it.

var errOtherText = failf(protocol.ErrorQuery, "select it in the document and run it from there", "what this tab ran isn't there any more")

// checksumOf tells texts that run apart.
func checksumOf(parts []runnable) string {
	sum := sha256.New()
	for _, one := range parts {
		sum.Write([]byte(one.text))
		sum.Write([]byte{0})
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// sameAgain gives what is to run where something with this checksum ran before: that, where it is now. Of a run at the caret that isn't
// there any more it is the block in its place, which was edited; of a selection nothing.
func (c *call) sameAgain(sc *script.Script, own Target, at text.Span, found []runnable, checksum string) ([]runnable, error) {
	if checksumOf(found) == checksum {
		return found, nil
	}
	var nearest []runnable
	for _, one := range c.runnables(sc, text.Span{End: len(sc.Text)}, own) {
		same := []runnable{one}
		if checksumOf(same) == checksum && (nearest == nil || distance(one.span, at) < distance(nearest[0].span, at)) {
			nearest = same
		}
	}
	switch {
	case nearest != nil:
		return nearest, nil
	case at.Len() > 0:
		return nil, errOtherText
	}
	return found, nil
}

// distance is how far the beginnings of two spans are apart.
func distance(a, b text.Span) int { return max(a.Start-b.Start, b.Start-a.Start) }

// againAt completes what runs this work once more: where it stands now, and what it is.
func (c *call) againAt(again *protocol.QueryRunParams, w work) *protocol.QueryRunParams {
	if w.doc == nil {
		return again
	}
	if again.Range.Start == again.Range.End {
		start := c.places(w.doc).of(w.span).Start
		again.Range = &lsp.Range{Start: start, End: start}
	}
	again.Ran = checksumOf(w.parts)
	return again
}
