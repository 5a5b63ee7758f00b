// Punycode (RFC 3492), of texts and of domain names label by label.

package fn

import (
	"strings"
	"unicode/utf8"

	"calypso/kusto/value"
)

var punycodeFamily = []scalar{
	simple("punycode_from_string", value.String, fallible(value.String, func(s string) (string, bool, error) {
		out, ok := punycodeEncode(s)
		return out, true, refuseUnless(ok && !isASCII(s), "punycode_from_string", "text of this length or of ASCII alone")
	}), value.String),
	simple("punycode_to_string", value.String, fallible(value.String, func(s string) (string, bool, error) {
		out, ok := punycodeDecode(s)
		return out, true, refuseUnless(ok, "punycode_to_string", "text that is no punycode")
	}), value.String),
	simple("punycode_domain_from_string", value.String, fallible(value.String, domainFromPunycode), value.String),
	simple("punycode_domain_to_string", value.String, fallible(value.String, domainToPunycode), value.String),
}

// refuseUnless is the refusal of a use of a function, nil when ok.
func refuseUnless(ok bool, name, detail string) error {
	if ok {
		return nil
	}
	return &NotBuilt{Name: name, Detail: detail}
}

const (
	punyBase, punyMin, punyMax   = 36, 1, 26
	punySkew, punyDamp           = 38, 700
	punyFirstBias, punyFirstRune = 72, 128
	punyDigits                   = "abcdefghijklmnopqrstuvwxyz0123456789"
	punyLongest                  = 1 << 12 // runes; no domain is longer, and the steps are quadratic
)

func punyThreshold(k, bias int) int { return min(max(k-bias, punyMin), punyMax) }

func punyAdapt(delta, points int, first bool) int {
	if first {
		delta /= punyDamp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > (punyBase-punyMin)*punyMax/2; k += punyBase {
		delta /= punyBase - punyMin
	}
	return k + (punyBase-punyMin+1)*delta/(delta+punySkew)
}

func punycodeEncode(s string) (string, bool) {
	runes := []rune(s)
	if len(runes) > punyLongest || !utf8.ValidString(s) {
		return "", false
	}
	var out []byte
	for _, r := range runes {
		if r < punyFirstRune {
			out = append(out, byte(r))
		}
	}
	basic := len(out)
	if basic > 0 {
		out = append(out, '-')
	}
	n, delta, bias := rune(punyFirstRune), 0, punyFirstBias
	for done := basic; done < len(runes); {
		next := rune(utf8.MaxRune)
		for _, r := range runes {
			if r >= n && r < next {
				next = r
			}
		}
		delta += int(next-n) * (done + 1)
		n = next
		for _, r := range runes {
			if r < n {
				delta++
			}
			if r == n {
				out = appendPunyNumber(out, delta, bias)
				bias = punyAdapt(delta, done+1, done == basic)
				delta = 0
				done++
			}
		}
		delta++
		n++
	}
	return string(out), true
}

// appendPunyNumber writes a generalised variable-length integer.
func appendPunyNumber(out []byte, q, bias int) []byte {
	for k := punyBase; ; k += punyBase {
		t := punyThreshold(k, bias)
		if q < t {
			return append(out, punyDigits[q])
		}
		out = append(out, punyDigits[t+(q-t)%(punyBase-t)])
		q = (q - t) / (punyBase - t)
	}
}

func punycodeDecode(s string) (string, bool) {
	if len(s) > punyLongest || !isASCII(s) {
		return "", false
	}
	var out []rune
	if at := strings.LastIndexByte(s, '-'); at >= 0 {
		out, s = []rune(s[:at]), s[at+1:]
	}
	n, i, bias := punyFirstRune, 0, punyFirstBias
	for s != "" {
		before, weight := i, 1
		for k := punyBase; ; k += punyBase {
			if s == "" {
				return "", false
			}
			digit := strings.IndexByte(punyDigits, lowerByte(s[0]))
			s = s[1:]
			if digit < 0 || digit > (1<<31-i)/weight {
				return "", false
			}
			i += digit * weight
			t := punyThreshold(k, bias)
			if digit < t {
				break
			}
			if weight *= punyBase - t; weight > 1<<31 {
				return "", false
			}
		}
		bias = punyAdapt(i-before, len(out)+1, before == 0)
		n += i / (len(out) + 1)
		i %= len(out) + 1
		if n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
			return "", false
		}
		out = append(out, 0)
		copy(out[i+1:], out[i:])
		out[i] = rune(n)
		i++
	}
	return string(out), true
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// domainDots are the marks that part the labels of a domain name.
const domainDots = ".。．｡"

func domainToPunycode(s string) (string, bool, error) {
	labels := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(domainDots, r) })
	if s == "" || len(labels) != 1+strings.Count(s, ".")+strings.Count(s, "。")+strings.Count(s, "．")+strings.Count(s, "｡") {
		return "", false, &NotBuilt{Name: "punycode_domain_to_string", Detail: "an empty label"}
	}
	for i, label := range labels {
		if isASCII(label) {
			continue
		}
		code, ok := punycodeEncode(label)
		if !ok {
			return "", false, &NotBuilt{Name: "punycode_domain_to_string", Detail: "text of this length"}
		}
		labels[i] = "xn--" + code
	}
	return strings.Join(labels, "."), true, nil
}

func domainFromPunycode(s string) (string, bool, error) {
	if !isASCII(s) {
		return "", false, &NotBuilt{Name: "punycode_domain_from_string", Detail: "a name that isn't encoded"}
	}
	labels := strings.Split(s, ".")
	for i, label := range labels {
		code, has := strings.CutPrefix(label, "xn--")
		if !has {
			continue
		}
		text, ok := punycodeDecode(code)
		if !ok {
			return "", false, &NotBuilt{Name: "punycode_domain_from_string", Detail: "a label that is no punycode"}
		}
		labels[i] = text
	}
	return strings.Join(labels, "."), true, nil
}
