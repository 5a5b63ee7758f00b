package wholefile

import (
	"errors"
	"io"
	"os"
	"time"
)

const (
	hanging   = 5 * time.Second
	lockPause = 5 * time.Millisecond // between two tries to get the lock
)

// Locked calls f while no other program that asks the same is between its reading and its writing of the file at path. The lock is a
// file beside it, path.lock, which stays. Where the system has no such locks, or the one who has it doesn't let go for five seconds, f
// is called all the same: two programs that change a file of a person's in the same moment are rarer than one that hangs. Who has the
// lock notes when they got it, so that many who change the file after one another aren't taken for one that hangs.
func Locked(path string, f func() error) error {
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return about(path, err)
	}
	taken, since := lastTaken(lock), time.Now()
	for !hold(lock) && time.Since(since) < hanging {
		time.Sleep(lockPause)
		if at := lastTaken(lock); !at.Equal(taken) {
			taken, since = at, time.Now()
		}
	}
	now := time.Now()
	_ = os.Chtimes(lock.Name(), now, now)
	err = f()
	return errors.Join(err, lock.Close())
}

// lastTaken is when somebody got the lock.
func lastTaken(lock *os.File) time.Time {
	info, err := lock.Stat()
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// Hold takes the lock file at path, which stays, for as long as this process lives or until the answer is closed; nil while another
// process has it.
func Hold(path string) (io.Closer, error) {
	lock, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, about(path, err)
	}
	if !hold(lock) {
		return nil, lock.Close()
	}
	return lock, nil
}
