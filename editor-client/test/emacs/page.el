;;; page.el --- The blocks of docs/editors/emacs.md, as they stand there  -*- lexical-binding: t -*-

;; CALYPSO_PAGE is the page; `calypso' is on the PATH.  A file opens, the server starts by itself, completion, hover, formatting,
;; rename and code actions are those of the keyboard, and both ways to run a query give its rows.

(load (expand-file-name "checks.el" (file-name-directory load-file-name)) nil t)

(with-temp-buffer
  (insert-file-contents (getenv "CALYPSO_PAGE"))
  (let ((blocks 0))
    (while (re-search-forward "^```elisp\n\\(\\(?:.*\n\\)*?\\)```$" nil t)
      (let ((block (match-string 1)))
        (with-temp-buffer
          (insert block)
          (eval-buffer)))
      (setq blocks (1+ blocks)))
    (smoke-check "the page has its blocks" (= blocks 3) blocks)))

(defun page-goto (text)
  "Go behind TEXT in the buffer."
  (goto-char (point-min))
  (search-forward text))

(with-temp-file "a.kql"
  (insert "let limit1=3;\nStormEvents|where State contains \"x\"|take limit1\n\nprint Answer = 6 * 7\n"))
(find-file "a.kql")
(smoke-check "the file's mode is KQL" (eq major-mode 'kql-mode) major-mode)
(run-hooks 'post-command-hook) ; what eglot-ensure waits for
(smoke-wait "the server starts by itself" #'eglot-managed-p)

(eglot-format-buffer)
(smoke-check "M-x eglot-format lays the query out"
             (string-prefix-p "let limit1 = 3;\nStormEvents\n| where State contains \"x\"\n| take limit1" (buffer-string)) (buffer-string))
(page-goto "let limit")
(eglot--signal-textDocument/didChange) ; its timer doesn't run in a batch
(eglot-rename "most")
(smoke-check "M-x eglot-rename changes both places" (string-match-p "let most = 3;\\(.\\|\n\\)*take most" (buffer-string)) (buffer-string))

(page-goto "contai")
(eglot--signal-textDocument/didChange)
(let ((inhibit-message t))
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt offered &rest _)
               (cl-find-if (lambda (title) (string-match-p "Use has" title)) (all-completions "" offered)))))
    (let ((last-nonmenu-event ?a)) ; by keyboard: it would open a menu
      (call-interactively #'eglot-code-actions)))
  (smoke-wait "M-x eglot-code-actions does what was chosen" (lambda () (string-match-p "State has \"x\"" (buffer-string)))))

(page-goto "has \"x\"")
(insert " and DamageP")
(eglot--signal-textDocument/didChange)
(smoke-wait "completion-at-point completes a column"
            (lambda ()
              (let ((inhibit-message t)) (completion-at-point))
              (save-excursion (goto-char (point-min)) (search-forward "and DamageProperty" nil t))))
(page-goto "and DamagePr")
(let ((said nil))
  (smoke-wait "eldoc shows the type of what is at point"
              (lambda ()
                (eglot-hover-eldoc-function (lambda (text &rest _) (setq said (format "%s" text))))
                (and said (string-match-p "long\\|int" said)))))

(page-goto "print Ans")
(let ((line (line-number-at-pos)))
  (smoke-check "F5 runs" (eq (key-binding (kbd "<f5>")) 'kql-run) (key-binding (kbd "<f5>")))
  (smoke-check "the query is where it was" (> line 4) line))
(let ((where nil))
  (advice-add 'message :after (lambda (&rest said)
                                (let ((text (if (stringp (car said)) (apply #'format said) "")))
                                  (when (string-match "is in \\(.+\\.md\\)" text) (setq where (match-string 1 text))))))
  (kql-run)
  (smoke-wait "F5 says where the rows are, or opens them"
              (lambda ()
                (or (and where (file-exists-p where)
                         (with-temp-buffer (insert-file-contents where) (string-match-p "42" (buffer-string))))
                    (cl-some (lambda (b) (with-current-buffer b (and buffer-file-name (string-suffix-p ".md" buffer-file-name) (string-match-p "42" (buffer-string)))))
                             (buffer-list))))))

(set-buffer (get-file-buffer "a.kql"))
(page-goto "print Ans")
(kql-run-here)
(smoke-check "M-x kql-run-here shows the rows of the query at point"
             (with-current-buffer "*KQL*" (string-match-p "Answer\\(.\\|\n\\)*42" (buffer-string)))
             (with-current-buffer "*KQL*" (buffer-string)))

(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))
(kill-emacs (if smoke-failed 1 0))
