package value

import "unsafe"

// Compact forms of String and Dynamic vectors. Whoever knows of them works without a slice header or a node for each row; Flat makes
// a plain vector of any. They come only from sources that are asked for them, and only where a caller says that it takes them.
//
// Coded: a column of few different texts keeps each text once, and for each row its number, so that work on a text is done once.
// Packed: the texts lie in one page, so that all of them can be searched at once.

// Words is the texts that coded vectors share: those of one part of a file have the same Words. It is never changed.
type Words struct {
	// Texts are the words by code. A text may stand there twice.
	Texts []string
}

// Span is the place of a text in its page, in bytes.
type Span struct{ From, To uint32 }

// Coded makes a coded vector.
func Coded(words *Words, codes []uint32) *Vector {
	return &Vector{Kind: String, N: len(codes), Words: words, Codes: codes}
}

// Packed makes a packed vector of strings, or of dynamics by their JSON; rows of a dynamic that are null are to be marked so.
func Packed(kind Kind, page string, spans []Span) *Vector {
	return &Vector{Kind: kind, N: len(spans), Page: page, Spans: spans}
}

func (v *Vector) compact() bool { return v.Words != nil || v.Spans != nil }

// StringAt is row i of a String vector in any form.
func (v *Vector) StringAt(i int) string {
	if v.Words != nil {
		return v.Words.Texts[v.Codes[i]]
	}
	if v.Spans != nil {
		return v.PackedAt(i)
	}
	return v.Strings[i&v.Mask()]
}

// PackedAt is the text of row i of a packed vector.
func (v *Vector) PackedAt(i int) string { return v.Page[v.Spans[i].From:v.Spans[i].To] }

// dynAt is row i of a Dynamic vector that has a value there, by physical index.
func (v *Vector) dynAt(i int) Dyn {
	if v.Spans != nil {
		return ParseDyn(v.PackedAt(i))
	}
	return v.Dynamics[i]
}

func (w *Words) appendTo(out []string, codes []uint32) []string {
	for _, c := range codes {
		out = append(out, w.Texts[c])
	}
	return out
}

func (v *Vector) appendTexts(out []string) []string {
	for _, s := range v.Spans[:v.N] {
		out = append(out, v.Page[s.From:s.To])
	}
	return out
}

func (v *Vector) appendDynamics(out []Dyn) []Dyn {
	var slab DynSlab
	for i := range v.N {
		out = append(out, slab.Parse(v.PackedAt(i)))
	}
	return out
}

// gatherCodes is Gather for a coded vector: coded again unless a row is missing.
func (v *Vector) gatherCodes(sel []uint32) *Vector {
	codes := make([]uint32, len(sel))
	for i, row := range sel {
		if row == NoRow {
			out := &Vector{Kind: String, N: len(sel), Strings: make([]string, len(sel))}
			for j, row := range sel {
				if row != NoRow {
					out.Strings[j] = v.Words.Texts[v.Codes[row]]
				}
			}
			return out
		}
		codes[i] = v.Codes[row]
	}
	return Coded(v.Words, codes)
}

// sharedWords gives the words of vectors that are all coded alike, else nil.
func sharedWords(parts []*Vector) *Words {
	for _, p := range parts {
		if p.Words == nil || p.Words != parts[0].Words {
			return nil
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return parts[0].Words
}

// joinPacked joins packed vectors end to end, the texts of each copied to one page; nil where they aren't all packed, or are too long.
func joinPacked(kind Kind, parts []*Vector, n int) *Vector {
	total := 0
	for _, p := range parts {
		if p.Spans == nil {
			return nil
		}
		for _, s := range p.Spans {
			total += int(s.To - s.From)
		}
	}
	if len(parts) == 0 || total > 1<<31 {
		return nil
	}
	page, out := make([]byte, 0, total), Packed(kind, "", make([]Span, 0, n))
	out.N = n
	for _, p := range parts {
		for i := range p.Spans {
			if p.IsNull(i) {
				out.Nulls = out.Nulls.Set(len(out.Spans), n)
			}
			from := len(page)
			page = append(page, p.PackedAt(i)...)
			out.Spans = append(out.Spans, Span{uint32(from), uint32(len(page))})
		}
	}
	out.Page = unsafe.String(unsafe.SliceData(page), len(page)) // nobody writes to it any more
	return out
}

// Detached gives a vector that doesn't keep the page it was cut from in memory.
func Detached(v *Vector) *Vector {
	if v.Spans != nil {
		if own := joinPacked(v.Kind, []*Vector{v}, v.N); own != nil {
			return own
		}
	}
	return v
}

// Encoded gives a String vector coded where it has at most so many different texts, else as it is.
func Encoded(v *Vector, most int) *Vector {
	if v.Kind != String || v.Const || v.compact() {
		return v
	}
	words, index, codes := &Words{}, map[string]uint32{}, make([]uint32, v.N)
	for i, s := range v.Strings[:v.N] {
		c, ok := index[s]
		if !ok {
			if c = uint32(len(words.Texts)); int(c) == most {
				return v
			}
			index[s] = c
			words.Texts = append(words.Texts, s)
		}
		codes[i] = c
	}
	return Coded(words, codes)
}

// FlatBatch is Flat on the columns in a compact form; a batch without any is given back as it is.
func FlatBatch(b *Batch) *Batch {
	for i, v := range b.Cols {
		if !v.compact() {
			continue
		}
		out := &Batch{N: b.N, Cols: append([]*Vector(nil), b.Cols...)}
		for j := i; j < len(out.Cols); j++ {
			if out.Cols[j].compact() {
				out.Cols[j] = Flat(out.Cols[j])
			}
		}
		return out
	}
	return b
}
