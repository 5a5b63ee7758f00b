;;; smoke.el --- A headless Emacs with eglot and no code of ours  -*- lexical-binding: t -*-

;; Start, hover, completion, diagnostics, formatting, rename, a code action, definition, a run, random edits, end.
;; Written for Emacs 28 with eglot 1.9, which Debian 12 has. Prints a line for each check; ends with an error code when
;; one fails.

(load (expand-file-name "checks.el" (file-name-directory load-file-name)) nil t)

(define-derived-mode kql-mode prog-mode "KQL"
  (setq-local comment-start "// "))
(add-to-list 'eglot-server-programs `(kql-mode . (,smoke-binary "lsp")))

(defun smoke-open (name &rest lines)
  "Open file NAME with LINES in a folder of its own."
  (let ((file (expand-file-name name default-directory)))
    (with-temp-file file (insert (mapconcat #'identity lines "\n")))
    (let ((buffer (find-file-noselect file)))
      (with-current-buffer buffer
        (kql-mode)
        (when (eglot-current-server)
          (eglot--maybe-activate-editing-mode)))
      buffer)))

(defun smoke-goto (text &optional after)
  "Go to the start of TEXT in the buffer, or behind it with AFTER."
  (goto-char (point-min))
  (search-forward text)
  (unless after (goto-char (match-beginning 0))))

(defun smoke-ask (method params)
  "Send METHOD with PARAMS, the buffer's changes first."
  (eglot--signal-textDocument/didChange)
  (jsonrpc-request (eglot--current-server-or-lose) method params :timeout 60))

(let ((buffer (smoke-open "a.kql" "StormEvents" "| where State == \"TEXAS\"" "| where " "| take 5"))
      server process)
  (set-buffer buffer)
  (setq server (apply #'eglot--connect (eglot--guess-contact)))
  (smoke-check "the client starts" (and server (eglot-current-server)))
  (setq process (jsonrpc--process server))

  (smoke-goto "State")
  (smoke-wait "hover shows a column's type"
              (lambda ()
                (string-match-p "string" (format "%S" (smoke-ask :textDocument/hover (eglot--TextDocumentPositionParams))))))

  (goto-char (point-min))
  (forward-line 2)
  (end-of-line)
  (let* ((capf (eglot-completion-at-point))
         (names (all-completions "Damage" (nth 2 capf))))
    (smoke-check "completion offers a column" (member "DamageProperty" (mapcar #'substring-no-properties names)) names))

  (delete-region (line-beginning-position) (1+ (line-end-position)))
  (smoke-goto "State")
  (delete-char 1)
  (eglot--signal-textDocument/didChange)
  (flymake-mode 1)
  (smoke-wait "a diagnostic for an unknown column"
              (lambda () (flymake-start) (flymake-diagnostics)))
  (smoke-goto "tate")
  (insert "S")
  (eglot--signal-textDocument/didChange)
  (smoke-wait "and none when it is corrected"
              (lambda () (flymake-start) (null (flymake-diagnostics))))

  (erase-buffer)
  (insert "let limit1=3;\nStormEvents|where State contains \"x\"|take limit1")
  (eglot--signal-textDocument/didChange)
  (eglot-format-buffer)
  (smoke-check "formatting lays the query out"
               (equal (buffer-string) "let limit1 = 3;\nStormEvents\n| where State contains \"x\"\n| take limit1")
               (buffer-string))
  (smoke-goto "limit1")
  (eglot--signal-textDocument/didChange) ; its timer doesn't run in a batch
  (eglot-rename "most")
  (smoke-check "rename changes the let and its use" (string-match-p "let most = 3;\\(.\\|\n\\)*take most" (buffer-string)) (buffer-string))

  (smoke-goto "take most" t)
  (backward-char 2)
  (let ((places (append (smoke-ask :textDocument/definition (eglot--TextDocumentPositionParams)) nil)))
    (smoke-check "definition leads to the let" (string-match-p ":line 0" (format "%S" places)) places))

  (smoke-goto "contains")
  (let* ((here (eglot--pos-to-lsp-position))
         (actions (append (smoke-ask :textDocument/codeAction
                                     (list :textDocument (eglot--TextDocumentIdentifier)
                                           :range (list :start here :end here)
                                           :context (list :diagnostics [])))
                          nil))
         (has (cl-find-if (lambda (action) (string-match-p "Use has" (plist-get action :title))) actions)))
    (smoke-check "a code action offers has" has actions)
    (when has ; newer ones want to know who asks
      (apply #'eglot--apply-workspace-edit (plist-get has :edit)
             (make-list (1- (car (func-arity #'eglot--apply-workspace-edit))) nil)))
    (smoke-check "and does it" (string-match-p "State has \"x\"" (buffer-string)) (buffer-string)))

  ;; Commands of the server that an editor without lenses runs by name.
  (let ((ran (smoke-ask :workspace/executeCommand
                        (list :command "calypso.server.run"
                              :arguments (vector (list :uri (eglot--path-to-uri buffer-file-name)
                                                       :position (list :line 0 :character 0)))))))
    (smoke-check "a block runs" (plist-get ran :results) ran))

  ;; 200 random edits with characters of one to four bytes: the answers must equal those for the same text in a document
  ;; that was never edited.
  (random "calypso")
  (let ((pieces ["a" "State" "| where " "\"ü\"" "\"€\"" "\"😀\"" " " "==" "// 😀 é\n" "(" ")" ", " "1d" "'𝒳'" "\n"]))
    (dotimes (_ 200)
      (goto-char (+ (point-min) (random (1+ (buffer-size)))))
      (if (and (= 0 (random 4)) (> (buffer-size) 50))
          (delete-region (point) (min (point-max) (+ (point) (random 8))))
        (insert (aref pieces (random (length pieces)))))
      (when (= 0 (random 3)) (eglot--signal-textDocument/didChange))))
  (let* ((text (buffer-string))
         (twin (smoke-open "b.kql" text)))
    (dolist (method '(:textDocument/semanticTokens/full :textDocument/documentSymbol :textDocument/foldingRange))
      (let ((edited (smoke-ask method (list :textDocument (eglot--TextDocumentIdentifier))))
            (fresh (with-current-buffer twin (smoke-ask method (list :textDocument (eglot--TextDocumentIdentifier))))))
        (when (eq method :textDocument/semanticTokens/full)
          (setq edited (plist-get edited :data) fresh (plist-get fresh :data)))
        ;; Flat symbols name their document.
        (let ((plain (lambda (answer) (replace-regexp-in-string "/[ab]\\.kql" "" (format "%S" answer)))))
          (smoke-check (format "%s after 200 edits equals that of a fresh document" method)
                       (equal (funcall plain edited) (funcall plain fresh))
                       (list edited fresh))))))

  (with-current-buffer buffer (set-buffer-modified-p nil))
  (eglot-shutdown server) ; it asks, then kills without waiting: the exit code says nothing
  (smoke-wait "the server ends" (lambda () (not (process-live-p process)))))

(kill-emacs (if smoke-failed 1 0))
