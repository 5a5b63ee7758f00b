// IP addresses. An address may carry a prefix length, a.b.c.d/24; of several lengths the shortest counts.

package fn

import (
	"fmt"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"

	"calypso/kusto/value"
)

var ipFamily = []scalar{
	simple("parse_ipv4", value.Long, try1(value.Long, func(s string) (int64, bool) {
		ip, prefix, ok := parseIPv4(s)
		return int64(mask4(ip, prefix)), ok
	}), value.String),
	simple("parse_ipv4_mask", value.Long, try2(value.Long, func(s string, prefix int64) (int64, bool) {
		ip, own, ok := parseIPv4(s)
		return int64(mask4(ip, min(own, prefix))), ok && prefix >= 0 && prefix <= 32
	}), value.String, value.Long),
	optional("ipv4_compare", 2, value.Long, compare4(func(order int) int64 { return int64(order) }, value.Long), value.String, value.String, value.Long),
	optional("ipv4_is_match", 2, value.Bool, compare4(func(order int) bool { return order == 0 }, value.Bool), value.String, value.String, value.Long),
	simple("ipv4_is_in_range", value.Bool, try2(value.Bool, inRange4), value.String, value.String),
	variadic("ipv4_is_in_any_range", 2, value.Bool, inAnyRange4, value.String, asIs),
	simple("ipv4_is_private", value.Bool, try1(value.Bool, private4), value.String),
	simple("ipv4_netmask_suffix", value.Long, try1(value.Long, func(s string) (int64, bool) { _, p, ok := parseIPv4(s); return p, ok }), value.String),
	optional("format_ipv4", 1, value.String, formatIPv4(false), asIs, value.Long),
	optional("format_ipv4_mask", 1, value.String, formatIPv4(true), asIs, value.Long),
	simple("ipv4_range_to_cidr_list", value.Dynamic, try2(value.Dynamic, cidrList), value.String, value.String),
	variadic("has_ipv4", 2, value.Bool, hasIPv4(false), value.String, value.String),
	variadic("has_any_ipv4", 2, value.Bool, hasIPv4(false), value.String, asIs),
	variadic("has_ipv4_prefix", 2, value.Bool, hasIPv4(true), value.String, value.String),
	variadic("has_any_ipv4_prefix", 2, value.Bool, hasIPv4(true), value.String, asIs),
	simple("parse_ipv6", value.String, map1(value.String, func(s string) string { return canonical6(s, 128) }), value.String),
	simple("parse_ipv6_mask", value.String, map2(value.String, canonical6), value.String, value.Long),
	optional("ipv6_compare", 2, value.Long, compare6(func(order int) int64 { return int64(order) }, value.Long), value.String, value.String, value.Long),
	optional("ipv6_is_match", 2, value.Bool, compare6(func(order int) bool { return order == 0 }, value.Bool), value.String, value.String, value.Long),
	simple("ipv6_is_in_range", value.Bool, inAnyRange6, value.String, value.String),
	variadic("ipv6_is_in_any_range", 2, value.Bool, inAnyRange6, value.String, asIs),
}

// parseIPv4 reads four decimal bytes and a prefix length, 32 unless given.
func parseIPv4(s string) (ip uint32, prefix int64, ok bool) {
	s, suffix, has := strings.Cut(s, "/")
	prefix = 32
	if has {
		p, err := strconv.ParseUint(suffix, 10, 8)
		if err != nil || p > 32 {
			return 0, 0, false
		}
		prefix = int64(p)
	}
	fields := strings.Split(s, ".")
	if len(fields) != 4 {
		return 0, 0, false
	}
	for _, f := range fields {
		b, err := strconv.ParseUint(f, 10, 8)
		if err != nil || f[0] == '+' || len(f) > 3 {
			return 0, 0, false
		}
		ip = ip<<8 | uint32(b)
	}
	return ip, prefix, true
}

func mask4(ip uint32, prefix int64) uint32 {
	if prefix <= 0 {
		return 0
	}
	return ip &^ (1<<(32-uint(prefix)) - 1)
}

func text4(ip uint32) string {
	return fmt.Sprintf("%d.%d.%d.%d", ip>>24, ip>>16&255, ip>>8&255, ip&255)
}

// compare4 compares two addresses under the shortest of their prefixes and an optional third.
func compare4[R cell](result func(order int) R, kind value.Kind) body {
	return rows(kind, func(a []*value.Vector, i int) (R, bool) {
		var none R
		x, px, okX := parseIPv4(a[0].Strings[i&a[0].Mask()])
		y, py, okY := parseIPv4(a[1].Strings[i&a[1].Mask()])
		prefix := min(px, py)
		if len(a) > 2 {
			p := a[2].Ints[i&a[2].Mask()]
			if a[2].IsNull(i) || p < 0 || p > 32 {
				return none, false
			}
			prefix = min(prefix, p)
		}
		if !okX || !okY {
			return none, false
		}
		return result(compareUint(mask4(x, prefix), mask4(y, prefix))), true
	})
}

func compareUint(a, b uint32) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func inRange4(s, network string) (bool, bool) {
	x, px, okX := parseIPv4(s)
	y, py, okY := parseIPv4(network)
	prefix := min(px, py)
	return mask4(x, prefix) == mask4(y, prefix), okX && okY
}

// textsAt gives row i of the arguments as texts, arrays element by element.
func textsAt(list []*value.Vector, i int) []string {
	var out []string
	for _, v := range list {
		d := value.DynAt(v, i)
		items := []value.Dyn{d}
		if isArray(d) {
			items = d.Items()
		}
		for _, item := range items {
			out = append(out, item.Text())
		}
	}
	return out
}

func inAnyRange4(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	return rows(value.Bool, func(a []*value.Vector, i int) (bool, bool) {
		s := a[0].Strings[i&a[0].Mask()]
		if _, _, ok := parseIPv4(s); !ok {
			return false, false
		}
		for _, network := range textsAt(a[1:], i) {
			if in, ok := inRange4(s, network); in && ok {
				return true, true
			}
		}
		return false, true
	})(nil, a, n)
}

func private4(s string) (bool, bool) {
	_, _, ok := parseIPv4(s)
	for _, network := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
		if in, _ := inRange4(s, network); ok && in {
			return true, true
		}
	}
	return false, ok
}

// formatIPv4 writes an address, given as text or as a number, under a prefix; what is no address gives "".
func formatIPv4(withMask bool) body {
	return rows(value.String, func(a []*value.Vector, i int) (string, bool) {
		ip, prefix, ok := uint32(0), int64(32), true
		switch d := value.DynAt(a[0], i); d.Kind() {
		case value.DynString:
			ip, prefix, ok = parseIPv4(d.Str())
		case value.DynLong:
			ip, ok = uint32(d.Long()), d.Long() >= 0 && d.Long() <= 1<<32-1
		default:
			ok = false
		}
		if len(a) > 1 {
			p := a[1].Ints[i&a[1].Mask()]
			ok = ok && !a[1].IsNull(i) && p >= 0 && p <= 32
			prefix = min(prefix, p)
		}
		switch {
		case !ok:
			return "", true
		case withMask:
			return fmt.Sprintf("%s/%d", text4(mask4(ip, prefix)), prefix), true
		}
		return text4(mask4(ip, prefix)), true
	})
}

// cidrList covers the addresses from start to end with the fewest networks.
func cidrList(start, end string) (value.Dyn, bool) {
	lo, _, okLo := parseIPv4(start)
	hi, _, okHi := parseIPv4(end)
	if !okLo || !okHi || lo > hi {
		return value.Dyn{}, false
	}
	var out []string
	for at := uint64(lo); at <= uint64(hi); {
		size := min(bits.TrailingZeros64(at|1<<32), bits.Len64(uint64(hi)-at+1)-1)
		out = append(out, fmt.Sprintf("%s/%d", text4(uint32(at)), 32-size))
		at += 1 << size
	}
	return stringArray(out), true
}

// hasIPv4 finds an address in text, whole or by prefix; alphanumerics must not touch it.
func hasIPv4(byPrefix bool) body {
	return rows(value.Bool, func(a []*value.Vector, i int) (bool, bool) {
		s := a[0].Strings[i&a[0].Mask()]
		for _, want := range textsAt(a[1:], i) {
			if byPrefix && !strings.HasSuffix(want, ".") || !byPrefix {
				if _, _, ok := parseIPv4(want); !ok || strings.Contains(want, "/") {
					continue
				}
			}
			if findIPv4(s, want, byPrefix) {
				return true, true
			}
		}
		return false, true
	})
}

func findIPv4(s, want string, byPrefix bool) bool {
	for at := 0; want != ""; {
		j := strings.Index(s[at:], want)
		if j < 0 {
			return false
		}
		start := at + j
		end := start
		for end < len(s) && (s[end] == '.' || '0' <= s[end] && s[end] <= '9') {
			end++
		}
		token := strings.TrimRight(s[start:end], ".")
		_, _, ok := parseIPv4(token)
		if ok && !termBefore(s, start) && !termAfter(s, end) && (byPrefix || token == want) {
			return true
		}
		at = start + 1
	}
	return false
}

// parseIPv6 reads an address of either family as one of version 6; a prefix of version 4 counts from bit 96.
func parseIPv6(s string) (ip netip.Addr, prefix int64, ok bool) {
	s, suffix, has := strings.Cut(s, "/")
	ip, err := netip.ParseAddr(s)
	if err != nil || ip.Zone() != "" {
		return ip, 0, false
	}
	prefix = 128
	dotted := strings.Contains(s, ".")
	if has {
		p, err := strconv.ParseUint(suffix, 10, 8)
		if prefix = int64(p); dotted {
			prefix += 96
		}
		if err != nil || prefix > 128 {
			return ip, 0, false
		}
	}
	return netip.AddrFrom16(ip.As16()), prefix, true
}

// canonical6 writes all eight groups of an address under a prefix; what is no address gives "".
func canonical6(s string, prefix int64) string {
	ip, own, ok := parseIPv6(s)
	if !ok || prefix < 0 || prefix > 128 {
		return ""
	}
	network := masked6(ip, min(own, prefix))
	var b strings.Builder
	for i := 0; i < 16; i += 2 {
		if i > 0 {
			b.WriteByte(':')
		}
		fmt.Fprintf(&b, "%02x%02x", network[i], network[i+1])
	}
	return b.String()
}

func masked6(ip netip.Addr, prefix int64) [16]byte {
	b := ip.As16()
	for i := range b {
		keep := max(min(prefix-int64(8*i), 8), 0)
		b[i] &= byte(0xff << (8 - keep))
	}
	return b
}

// compare6 compares addresses of either family under the shortest prefix.
func compare6[R cell](result func(order int) R, kind value.Kind) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]R, n)
		var nulls value.Bitmap
		for i := range out {
			third := int64(128)
			if len(a) > 2 {
				if third = a[2].Ints[i&a[2].Mask()]; a[2].IsNull(i) {
					third = -1
				}
			}
			order, ok, err := order6(a[0].Strings[i&a[0].Mask()], a[1].Strings[i&a[1].Mask()], third)
			if err != nil {
				return nil, err
			}
			if !ok {
				nulls = nulls.Set(i, n)
				continue
			}
			out[i] = result(order)
		}
		return vectorOf(kind, out, nulls), nil
	}
}

// order6 compares two addresses under the shortest of their prefixes and a third. The prefix of a dotted address of version 6
// may count from bit 96 or from bit 0, with the dotted part an address of version 4 or not: the real engine isn't at one with
// itself there, so that the answer is given only where both readings agree.
func order6(s, t string, third int64) (order int, ok bool, err error) {
	x, px, okX := parseIPv6(s)
	y, py, okY := parseIPv6(t)
	if !okX || !okY || third < 0 || third > 128 {
		return 0, false, nil
	}
	compare := func(x netip.Addr, px int64, y netip.Addr, py int64) int {
		p := min(px, py, third)
		bx, by := masked6(x, p), masked6(y, p)
		return strings.Compare(string(bx[:]), string(by[:]))
	}
	if !mixed6(s) && !mixed6(t) {
		return compare(x, px, y, py), true, nil
	}
	shortX, mappedX, okX := readings6(s, x, px)
	shortY, mappedY, okY := readings6(t, y, py)
	order = compare(x, shortX, y, shortY)
	if !okX || !okY || order != compare(mappedX, px, mappedY, py) {
		return 0, false, &NotBuilt{Name: "ipv6_compare", Detail: "a dotted address of version 6"}
	}
	return order, true, nil
}

// readings6 gives a dotted address of version 6 its prefix as counted from bit 0, and itself as one of version 4.
func readings6(s string, ip netip.Addr, prefix int64) (short int64, mapped netip.Addr, ok bool) {
	if !mixed6(s) {
		return prefix, ip, true
	}
	if short = prefix; strings.Contains(s, "/") {
		short -= 96
	}
	b := ip.As16()
	for _, c := range b[:10] {
		if c != 0 {
			return 0, ip, false
		}
	}
	b[10], b[11] = 0xff, 0xff
	return short, netip.AddrFrom16(b), true
}

// inAnyRange6 tells whether an address of either family lies in one of the networks.
func inAnyRange6(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]bool, n)
	var nulls value.Bitmap
	for i := range out {
		s := a[0].Strings[i&a[0].Mask()]
		x, px, ok := parseIPv6(s)
		if !ok {
			nulls = nulls.Set(i, n)
			continue
		}
		for _, network := range textsAt(a[1:], i) {
			if mixed6(s) || mixed6(network) {
				return nil, &NotBuilt{Name: "ipv6_is_in_range", Detail: "a dotted address of version 6"}
			}
			y, py, ok := parseIPv6(network)
			if ok && masked6(x, min(px, py)) == masked6(y, min(px, py)) {
				out[i] = true
				break
			}
			if !ok && len(a) == 2 && a[1].Kind == value.String {
				nulls = nulls.Set(i, n) // a range alone that is none makes the answer null
			}
		}
	}
	return vectorOf(value.Bool, out, nulls), nil
}

func mixed6(s string) bool {
	return strings.Contains(s, ":") && strings.Contains(s, ".")
}
