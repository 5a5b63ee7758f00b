package wholefile

import (
	"errors"
	"os"
	"time"
)

// Locked calls f while no other program that asks the same is between its reading and its writing of the file at path. The lock is a
// file beside it, path.lock, which stays. Where the system has no such locks, or nobody lets go for two seconds, f is called all the
// same: two programs that change a file of a person's in the same moment are rarer than one that hangs.
func Locked(path string, f func() error) error {
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return about(path, err)
	}
	for wait := time.Millisecond; !hold(lock) && wait < time.Second; wait *= 2 {
		time.Sleep(wait)
	}
	err = f()
	return errors.Join(err, lock.Close())
}
