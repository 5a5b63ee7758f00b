;;; checks.el --- What both files of tests share  -*- lexical-binding: t -*-

;; Prints a line for each check.  CALYPSO_BINARY is the program.

(require 'package)
(package-initialize)
(require 'eglot)
(require 'cl-lib)

(defvar smoke-binary (or (getenv "CALYPSO_BINARY") (error "CALYPSO_BINARY is not set")))
(defvar smoke-failed nil)

(defun smoke-check (name ok &optional detail)
  "Print whether OK holds for NAME, and DETAIL when it doesn't."
  (princ (format "%s %s%s\n" (if ok "ok  " "FAIL") name (if ok "" (format ": %S" detail))))
  (unless ok (setq smoke-failed t)))

(defun smoke-wait (name condition)
  "Wait for CONDITION, a minute at most, and check it under NAME."
  (let ((end (+ (float-time) 60)) (found nil))
    (while (and (not (setq found (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (smoke-check name found "no answer in 60 s")
    found))

(setq eglot-sync-connect t
      eglot-connect-timeout 120
      eglot-send-changes-idle-time 0
      eglot-events-buffer-size 0
      eglot-confirm-server-initiated-edits nil
      create-lockfiles nil
      make-backup-files nil
      flymake-no-changes-timeout 0)

(setq default-directory (file-name-as-directory (make-temp-file "calypso-" t)))
(setq project-find-functions (list (lambda (_) (cons 'transient default-directory))))
