package auth

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// fakeClock moves when a test says so.
type fakeClock struct {
	mu     sync.Mutex
	now    time.Time
	timers map[int]*fakeTimer
	next   int
}

type fakeTimer struct {
	at time.Time
	f  func()
}

func newClock() *fakeClock {
	return &fakeClock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), timers: map[int]*fakeTimer{}}
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) AfterFunc(d time.Duration, f func()) func() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := c.next
	c.next++
	c.timers[id] = &fakeTimer{c.now.Add(d), f}
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		_, was := c.timers[id]
		delete(c.timers, id)
		return was
	}
}

// advance moves the clock and runs what is due, to its end.
func (c *fakeClock) advance(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	var due []func()
	for id, t := range c.timers {
		if !t.at.After(c.now) {
			due = append(due, t.f)
			delete(c.timers, id)
		}
	}
	c.mu.Unlock()
	for _, f := range due {
		f()
	}
}

func (c *fakeClock) waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.timers)
}

// fakeSource is a person's session that a test plays with.
type fakeSource struct {
	clock *fakeClock

	mu       sync.Mutex
	signedIn bool
	claimsOK bool
	silent   int // calls
	prompts  int
	serial   int
	life     time.Duration
	fail     error                                         // of Silent
	hold     chan struct{}                                 // Silent waits for it
	person   func(ctx context.Context, ui UI, r Req) error // what SignIn meets; nil approves
	seen     []Req                                         // of SignIn
	out      int
}

func (s *fakeSource) Silent(ctx context.Context, r Req) (Token, error) {
	s.mu.Lock()
	s.silent++
	hold := s.hold
	s.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return Token{}, ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.fail != nil:
		return Token{}, s.fail
	case !s.signedIn:
		return Token{}, &Error{Kind: SignInRequired, Msg: "nobody is signed in"}
	case r.Claims != "" && !s.claimsOK:
		return Token{}, &Error{Kind: ClaimsChallenge, Claims: r.Claims}
	}
	s.serial++
	return Token{Secret: NewSecret(fmt.Sprintf("FAKE-AT-%s-%d", r.Scope, s.serial)), ExpiresOn: s.clock.Now().Add(s.life)}, nil
}

func (s *fakeSource) SignIn(ctx context.Context, r Req, ui UI) error {
	s.mu.Lock()
	s.prompts++
	s.seen = append(s.seen, r)
	person := s.person
	s.mu.Unlock()
	if err := ui.Show(ctx, Prompt{Flow: FlowDevice, UserCode: "ABCD"}); err != nil {
		return err
	}
	if person != nil {
		if err := person(ctx, ui, r); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signedIn, s.fail = true, nil
	s.claimsOK = s.claimsOK || r.Claims != ""
	return nil
}

func (s *fakeSource) SignOut(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signedIn = false
	s.out++
	return nil
}
func (s *fakeSource) CanPrompt() bool { return true }
func (s *fakeSource) Account() Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.signedIn {
		return Account{User: "ann@contoso.example"}
	}
	return Account{}
}

func (s *fakeSource) counts() (silent, prompts int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.silent, s.prompts
}

// fakeUI notes what is on the screen.
type fakeUI struct {
	shown  chan Prompt
	hidden chan error
}

func newUI() *fakeUI { return &fakeUI{make(chan Prompt, 100), make(chan error, 100)} }

func (u *fakeUI) Show(_ context.Context, p Prompt) error { u.shown <- p; return nil }
func (u *fakeUI) Hide(err error)                         { u.hidden <- err }

type bench struct {
	*Broker
	clock *fakeClock
	src   *fakeSource
	ui    *fakeUI
}

func newBench(t testing.TB) bench {
	t.Helper()
	clock, ui := newClock(), newUI()
	src := &fakeSource{clock: clock, life: time.Hour}
	return bench{New(src, Options{UI: ui, Clock: clock}), clock, src, ui}
}

var vault = Req{Scope: "https://vault.azure.net/.default"}

func loud(r Req) Req { r.Interactive = true; return r }

// waiting is a person who answers when told to, nil for yes.
func waiting(release chan error) func(context.Context, UI, Req) error {
	return func(ctx context.Context, _ UI, _ Req) error {
		select {
		case err := <-release:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func TestManyCallersOnePrompt(t *testing.T) {
	b := newBench(t)
	release := make(chan error, 1)
	b.src.person = waiting(release)
	var group sync.WaitGroup
	for i := range 200 {
		group.Go(func() {
			r := loud(Req{Scope: fmt.Sprintf("https://s%d.example/.default", i%3)})
			if _, err := b.Token(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
	<-b.ui.shown
	release <- nil
	group.Wait()
	if _, prompts := b.src.counts(); prompts != 1 {
		t.Errorf("%d prompts, want 1", prompts)
	}
	if b.src.serial > 3 {
		t.Errorf("%d refreshes, want at most 3", b.src.serial)
	}
	if err := <-b.ui.hidden; err != nil {
		t.Errorf("hidden with %v", err)
	}
}

func TestManyCallersOneRefresh(t *testing.T) {
	b := newBench(t)
	b.src.signedIn = true
	b.src.hold = make(chan struct{})
	var group sync.WaitGroup
	for range 200 {
		group.Go(func() {
			if _, err := b.Token(t.Context(), vault); err != nil {
				t.Error(err)
			}
		})
	}
	close(b.src.hold)
	group.Wait()
	if silent, _ := b.src.counts(); silent != 1 {
		t.Errorf("%d silent calls, want 1", silent)
	}
}

func TestDeclineReachesAllAndCoolsDown(t *testing.T) {
	b := newBench(t)
	release := make(chan error, 1)
	b.src.person = waiting(release)
	no := &Error{Kind: Declined, Cause: CauseCancelled}
	got := make(chan error, 10)
	for range 10 {
		go func() { _, err := b.Token(t.Context(), loud(vault)); got <- err }()
	}
	<-b.ui.shown
	b.waitForWaiters(t, 10)
	release <- no
	for range 10 {
		if err := <-got; KindOf(err) != Declined {
			t.Errorf("got %v, want declined", err)
		}
	}
	if _, err := b.Token(t.Context(), loud(vault)); KindOf(err) != Declined {
		t.Errorf("within the cool-down: %v, want declined", err)
	}
	if _, prompts := b.src.counts(); prompts != 1 {
		t.Errorf("%d prompts, want 1", prompts)
	}
	b.src.person = nil
	r := loud(vault)
	r.Explicit = true
	if _, err := b.Token(t.Context(), r); err != nil {
		t.Errorf("explicit: %v", err)
	}
}

// waitForWaiters waits until so many callers wait for the open prompt.
func (b bench) waitForWaiters(t *testing.T, n int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		b.mu.Lock()
		ready := b.open != nil && b.open.waiters == n
		b.mu.Unlock()
		if ready {
			return
		}
	}
	t.Fatal("callers don't gather")
}

func TestCoolDownEnds(t *testing.T) {
	b := newBench(t)
	b.src.person = func(context.Context, UI, Req) error { return &Error{Kind: Blocked, Code: "AADSTS53003"} }
	if _, err := b.Token(t.Context(), loud(vault)); KindOf(err) != Blocked {
		t.Fatal(err)
	}
	b.src.person = nil
	b.clock.advance(59 * time.Second)
	if _, err := b.Token(t.Context(), loud(vault)); KindOf(err) != Blocked {
		t.Errorf("at 59 s: %v, want blocked", err)
	}
	b.clock.advance(2 * time.Second)
	if _, err := b.Token(t.Context(), loud(vault)); err != nil {
		t.Errorf("at 61 s: %v", err)
	}
}

func TestLastWaiterTakesThePromptAway(t *testing.T) {
	b := newBench(t)
	b.src.person = waiting(nil)
	first, leaveFirst := context.WithCancel(t.Context())
	second, leaveSecond := context.WithCancel(t.Context())
	got := make(chan error, 2)
	for _, ctx := range []context.Context{first, second} {
		go func() { _, err := b.Token(ctx, loud(vault)); got <- err }()
	}
	<-b.ui.shown
	b.waitForWaiters(t, 2)
	leaveFirst()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	select {
	case <-b.ui.hidden:
		t.Fatal("hidden though someone waits")
	default:
	}
	leaveSecond()
	<-got
	if err := <-b.ui.hidden; !errors.Is(err, context.Canceled) {
		t.Errorf("hidden with %v", err)
	}
}

func TestCachedTokenDoesNotWaitForAPrompt(t *testing.T) {
	b := newBench(t)
	b.src.signedIn = true
	if _, err := b.Token(t.Context(), vault); err != nil {
		t.Fatal(err)
	}
	b.src.mu.Lock()
	b.src.signedIn, b.src.person = false, waiting(nil)
	b.src.mu.Unlock()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go b.Token(ctx, loud(Req{Scope: "https://other.example/.default"}))
	<-b.ui.shown
	if _, err := b.Token(t.Context(), vault); err != nil {
		t.Error(err)
	}
}

func TestUnavailableNeverPrompts(t *testing.T) {
	b := newBench(t)
	b.src.fail = &Error{Kind: Unavailable}
	if _, err := b.Token(t.Context(), loud(vault)); KindOf(err) != Unavailable {
		t.Error(err)
	}
	if _, prompts := b.src.counts(); prompts != 0 {
		t.Error("prompted")
	}
}

func TestChallenge(t *testing.T) {
	b := newBench(t)
	b.src.signedIn = true
	r := vault
	r.Claims = `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`
	if _, err := b.Token(t.Context(), r); KindOf(err) != ClaimsChallenge {
		t.Errorf("silent: %v", err)
	}
	if _, err := b.Token(t.Context(), loud(r)); err != nil {
		t.Errorf("interactive: %v", err)
	}
	if len(b.src.seen) != 1 || b.src.seen[0].Claims != r.Claims {
		t.Errorf("prompts: %v", b.src.seen)
	}
	before, _ := b.src.counts()
	if _, err := b.Token(t.Context(), vault); err != nil {
		t.Error(err)
	}
	if after, _ := b.src.counts(); after != before {
		t.Error("the challenged token didn't replace the cached one")
	}
}

func TestPreRefresh(t *testing.T) {
	b := newBench(t)
	b.src.signedIn = true
	old, err := b.Token(t.Context(), vault)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Token(t.Context(), vault); err != nil { // used since made
		t.Fatal(err)
	}
	b.src.fail = &Error{Kind: Unavailable}
	b.clock.advance(55*time.Minute + time.Second) // the timer's try fails in silence
	same, err := b.Token(t.Context(), vault)
	if err != nil || !same.Secret.Equal(old.Secret) {
		t.Fatalf("while the refresh fails: %v", err)
	}
	if s := b.Status(); s.Err != nil {
		t.Errorf("a failure behind the scenes shows: %v", s.Err)
	}
	b.src.mu.Lock()
	b.src.fail = nil
	b.src.mu.Unlock()
	b.clock.advance(31 * time.Second)
	_, _ = b.Token(t.Context(), vault) // old again, and starts another try
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		fresh, err := b.Token(t.Context(), vault)
		if err != nil {
			t.Fatal(err)
		}
		if !fresh.Secret.Equal(old.Secret) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("never refreshed")
		}
	}
}

func TestIdleTokenIsNotRefreshed(t *testing.T) {
	b := newBench(t)
	b.src.signedIn = true
	if _, err := b.Token(t.Context(), vault); err != nil {
		t.Fatal(err)
	}
	before, _ := b.src.counts()
	b.clock.advance(56 * time.Minute)
	if after, _ := b.src.counts(); after != before {
		t.Error("refreshed though nobody used it")
	}
	if b.clock.waiting() != 0 {
		t.Error("a timer is left")
	}
}

func TestShortLifeIsNotHandedOut(t *testing.T) {
	b := newBench(t)
	b.src.signedIn, b.src.life = true, 20*time.Second
	if _, err := b.Token(t.Context(), vault); KindOf(err) != Unavailable {
		t.Error(err)
	}
}

func TestRenew(t *testing.T) {
	b := newBench(t)
	b.src.signedIn = true
	refused, err := b.Token(t.Context(), vault)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			next, err := b.Renew(t.Context(), vault, refused.Secret)
			if err != nil || next.Secret.Equal(refused.Secret) {
				t.Errorf("renewed to the same, or %v", err)
			}
		})
	}
	group.Wait()
	if silent, _ := b.src.counts(); silent != 2 {
		t.Errorf("%d silent calls, want 2", silent)
	}
}

func TestSignOut(t *testing.T) {
	b := newBench(t)
	b.src.signedIn = true
	if _, err := b.Token(t.Context(), vault); err != nil {
		t.Fatal(err)
	}
	if err := b.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b.clock.waiting() != 0 {
		t.Error("a timer is left")
	}
	if _, err := b.Token(t.Context(), vault); KindOf(err) != SignInRequired {
		t.Error(err)
	}
	if s := b.Status(); s.State != SignedOut || len(s.Services) != 0 {
		t.Errorf("status %+v", s)
	}
}

// Work under way when the person signs out brings nothing back.
func TestSignOutBeatsAFlight(t *testing.T) {
	b := newBench(t)
	b.src.signedIn = true
	b.src.hold = make(chan struct{})
	got := make(chan error, 1)
	go func() { _, err := b.Token(t.Context(), vault); got <- err }()
	for silent, _ := b.src.counts(); silent == 0; silent, _ = b.src.counts() {
		time.Sleep(time.Millisecond)
	}
	if err := b.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-got; KindOf(err) != SignInRequired {
		t.Error(err)
	}
}

func TestCancelPrompt(t *testing.T) {
	b := newBench(t)
	b.src.person = waiting(nil)
	got := make(chan error, 1)
	go func() { got <- b.SignIn(t.Context(), vault) }()
	<-b.ui.shown
	b.CancelPrompt()
	var e *Error
	if err := <-got; !errors.As(err, &e) || e.Cause != CauseClosed {
		t.Error(err)
	}
	if _, err := b.Token(t.Context(), Req{Scope: vault.Scope, Interactive: true}); !errors.As(err, &e) || e.Cause != CauseCancelled {
		t.Errorf("asked again at once: %v", err)
	}
}

// Two identities share one gate: the second prompt waits for the first.
func TestOneGate(t *testing.T) {
	a, b := newBench(t), newBench(t)
	b.opt.Gate = a.opt.Gate
	release := make(chan error, 1)
	a.src.person = waiting(release)
	done := make(chan error, 2)
	go func() { done <- a.SignIn(t.Context(), vault) }()
	<-a.ui.shown
	go func() { done <- b.SignIn(t.Context(), vault) }()
	b.waitForWaiters(t, 1)
	select {
	case <-b.ui.shown:
		t.Error("two prompts at once")
	default:
	}
	release <- nil
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestMistakeIsNotRepeated(t *testing.T) {
	b := newBench(t)
	b.src.fail = &Error{Kind: Misconfigured, Code: "AADSTS7000215"}
	for range 5 {
		if _, err := b.Token(t.Context(), vault); KindOf(err) != Misconfigured {
			t.Error(err)
		}
	}
	if silent, _ := b.src.counts(); silent != 1 {
		t.Errorf("asked %d times", silent)
	}
}

func TestScopesAreChecked(t *testing.T) {
	b := newBench(t)
	for _, scope := range []string{"", "https://vault.azure.net", "a/.default b/.default", "http://vault.azure.net/.default", "/.default"} {
		if _, err := b.Token(t.Context(), Req{Scope: scope}); KindOf(err) != Misconfigured {
			t.Errorf("%q: %v", scope, err)
		}
	}
}

// BenchmarkCachedToken: at most 1 µs and no allocation.
func BenchmarkCachedToken(b *testing.B) {
	src := &fakeSource{clock: newClock(), life: 100 * 24 * time.Hour, signedIn: true}
	src.clock.now = time.Now()
	broker := New(src, Options{})
	if _, err := broker.Token(b.Context(), vault); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := broker.Token(context.Background(), vault); err != nil {
			b.Fatal(err)
		}
	}
}

func TestCachedTokenAllocatesNothing(t *testing.T) {
	b := newBench(t)
	b.src.signedIn = true
	_, _ = b.Token(t.Context(), vault)
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() { _, _ = b.Token(ctx, vault) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func tokenOptions(scopes ...string) policy.TokenRequestOptions {
	return policy.TokenRequestOptions{Scopes: scopes}
}

// TestNoGoroutinePerCall: a cached token is handed out by the caller's own goroutine, however many call.
func TestNoGoroutinePerCall(t *testing.T) {
	src := &fakeSource{clock: newClock(), life: time.Hour, signedIn: true}
	src.clock.now = time.Now()
	broker := New(src, Options{})
	if _, err := broker.Token(t.Context(), vault); err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	for range 10_000 {
		if _, err := broker.Token(t.Context(), vault); err != nil {
			t.Fatal(err)
		}
	}
	if after := runtime.NumGoroutine(); after > before+5 {
		t.Errorf("%d goroutines before 10,000 calls, %d after", before, after)
	}
}
