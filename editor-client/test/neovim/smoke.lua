-- A headless Neovim with no code of ours: start, hover, completion, diagnostics, formatting, rename, code actions, lenses, a run,
-- random edits, clean exit. For Neovim
-- from 0.7, which Debian 12 has, to 0.12. Prints a line for each check; ends with an error code when one fails.
-- CALYPSO_BINARY is the program, CALYPSO_ENCODING the position encoding to offer: utf-16 or utf-8.
local binary = assert(vim.env.CALYPSO_BINARY, 'CALYPSO_BINARY is not set')
local encoding = vim.env.CALYPSO_ENCODING or 'utf-16'
local patience = 60000

local failed = false
local function check(name, ok, detail)
  io.stdout:write((ok and 'ok   ' or 'FAIL ') .. name .. (ok and '' or ': ' .. vim.inspect(detail)) .. '\n')
  failed = failed or not ok
end

local function wait(name, condition)
  local ok = vim.wait(patience, condition, 10)
  check(name, ok, 'no answer in ' .. patience .. ' ms')
  return ok
end

local exit_code
local capabilities = vim.lsp.protocol.make_client_capabilities()
capabilities.general = { positionEncodings = { encoding } }
capabilities.offsetEncoding = nil

local function open(lines)
  local buffer = vim.api.nvim_create_buf(true, false)
  vim.api.nvim_buf_set_name(buffer, vim.fn.tempname() .. '.kql')
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].filetype = 'kql'
  return buffer
end

local client_id = vim.lsp.start_client({
  name = 'calypso',
  cmd = { binary, 'lsp' },
  capabilities = capabilities,
  offset_encoding = encoding,
  flags = { debounce_text_changes = 0, allow_incremental_sync = true },
  on_exit = function(code)
    exit_code = code
  end,
})
check('the client starts', client_id ~= nil)
local client = vim.lsp.get_client_by_id(client_id)
wait('initialize is answered', function()
  client = vim.lsp.get_client_by_id(client_id)
  return client ~= nil and client.initialized and client.server_capabilities ~= nil
end)
check('the encoding is the one offered', (client.server_capabilities.positionEncoding or 'utf-16') == encoding, client.server_capabilities.positionEncoding)

local function request(method, params, buffer)
  local answer = vim.lsp.buf_request_sync(buffer, method, params, patience)
  local entry = answer and answer[client_id]
  if entry == nil or entry.err ~= nil then
    return nil, entry and entry.err or 'no answer'
  end
  return entry.result
end

local function document(buffer)
  return { uri = vim.uri_from_bufnr(buffer) }
end

local text = { 'StormEvents', '| where State == "TEXAS"', '| where ', '| take 5' }
local buffer = open(text)
vim.api.nvim_set_current_buf(buffer)
vim.lsp.buf_attach_client(buffer, client_id)

-- Hover on State.
-- The schema is loaded when the first document wants it: an earlier answer knows nothing yet.
wait("hover shows a column's type", function()
  local hover = request('textDocument/hover', { textDocument = document(buffer), position = { line = 1, character = 9 } }, buffer)
  return hover ~= nil and vim.inspect(hover):find('string') ~= nil
end)

-- Completion after the second where.
local list, why = request('textDocument/completion', { textDocument = document(buffer), position = { line = 2, character = 8 } }, buffer)
local found = false
for _, item in ipairs(list and (list.items or list) or {}) do
  found = found or item.label == 'DamageProperty'
end
check('completion offers a column', found, why or 'DamageProperty is missing')

-- An unknown column, then a known one.
vim.api.nvim_buf_set_lines(buffer, 1, 3, false, { '| where Stat == "TEXAS"' })
wait('a diagnostic for an unknown column', function()
  local all = vim.diagnostic.get(buffer)
  return #all > 0 and all[1].lnum == 1
end)
vim.api.nvim_buf_set_lines(buffer, 1, 2, false, { '| where State == "TEXAS"' })
wait('and none when it is corrected', function()
  return #vim.diagnostic.get(buffer) == 0
end)

-- What Neovim has beside: symbols, formatting, rename, code actions, lenses; hints and tokens where it draws them.
local function whole(b)
  return table.concat(vim.api.nvim_buf_get_lines(b, 0, -1, false), '\n')
end
local function apply(b, edits)
  vim.lsp.util.apply_text_edits(edits, b, encoding)
end
local work = open({ 'let limit1=3;', 'StormEvents|where State contains "x"|take limit1', '', '.create function twice() { StormEvents | take 2 }', '', 'twice | count' })
vim.api.nvim_set_current_buf(work)
vim.lsp.buf_attach_client(work, client_id)
local at = function(line, character)
  return { textDocument = document(work), position = { line = line, character = character } }
end
local options = { tabSize = 4, insertSpaces = true }

apply(work, request('textDocument/formatting', { textDocument = document(work), options = options }, work))
local laid = 'let limit1 = 3;\nStormEvents\n| where State contains "x"\n| take limit1'
check('formatting lays the query out', whole(work):sub(1, #laid) == laid, whole(work))

local edit = request('textDocument/rename', vim.tbl_extend('error', at(0, 5), { newName = 'most' }), work)
vim.lsp.util.apply_workspace_edit(edit, encoding)
check('rename changes the let and its use', whole(work):find('let most = 3;.*take most') ~= nil, whole(work))

-- The formatter may lay the command out over several lines.
local called
for i, line in ipairs(vim.api.nvim_buf_get_lines(work, 0, -1, false)) do
  if line:find('^twice') then called = i - 1 end
end
local declared = request('textDocument/definition', at(called, 1), work)
declared = declared and (declared[1] or declared)
local place = declared and (declared.targetRange or declared.range)
check('definition leads to the command that creates the function', place ~= nil and place.start.line == 5, declared)

local actions = request('textDocument/codeAction', {
  textDocument = document(work),
  range = { start = { line = 2, character = 15 }, ['end'] = { line = 2, character = 15 } },
  context = { diagnostics = {} },
}, work)
local has
for _, action in ipairs(actions or {}) do
  has = has or (action.title:find('Use has') and action)
end
check('a code action offers has', has ~= nil, actions)
if has then
  vim.lsp.util.apply_workspace_edit(has.edit, encoding)
end
check('and does it', whole(work):find('State has "x"', 1, true) ~= nil, whole(work))

local lenses = request('textDocument/codeLens', { textDocument = document(work) }, work) or {}
local run, counted
for _, lens in ipairs(lenses) do
  if lens.command == nil then
    lens = request('codeLens/resolve', lens, work)
    counted = counted or lens.command.title
  end
  run = run or (lens.command.command == 'calypso.server.run' and lens)
end
check('a lens runs the block', run ~= nil, lenses)
check('a lens counts the references of a function', counted == '1 reference', counted)

local shown
vim.lsp.handlers['window/showMessage'] = function(_, message)
  shown = message.message
end
local ran, why_not = request('workspace/executeCommand', { command = run.command.command, arguments = run.command.arguments }, work)
check('the lens gives rows', ran ~= nil and ran.results[1].tables[1].rows == 0, why_not or ran)
-- From 0.8 on Neovim opens a file for a server; before, the message says where it is.
local function file()
  for _, each in ipairs(vim.api.nvim_list_bufs()) do
    local name = vim.api.nvim_buf_get_name(each)
    if name:match('%.md$') then
      return name
    end
  end
  return shown and shown:match('is in (.+)$')
end
wait('and opens them, or says where they are', file)
check('in a file that is there', file() ~= nil and vim.fn.filereadable(file()) == 1, shown)

vim.api.nvim_buf_set_lines(work, -1, -1, false, { '', 'print Span = 2h * 3' })
local sized = request('textDocument/hover', at(1, 3), work)
check('hover says how many rows a table has', vim.inspect(sized):find('%d+ rows') ~= nil, sized)
local product = request('textDocument/hover', at(vim.api.nvim_buf_line_count(work) - 1, 16), work)
check('hover gives the value of a constant', vim.inspect(product):find('06:00:00', 1, true) ~= nil, product)

if vim.lsp.codelens ~= nil then
  vim.lsp.codelens.refresh()
  wait('Neovim shows the lenses', function()
    return #vim.lsp.codelens.get(work) == #lenses + 3
  end)
end

local hints = request('textDocument/inlayHint', {
  textDocument = document(work),
  range = { start = { line = 0, character = 0 }, ['end'] = { line = 8, character = 0 } },
}, work)
check('inlay hints are answered', type(hints) == 'table', hints)
local tokens = request('textDocument/semanticTokens/full', { textDocument = document(work) }, work)
check('semantic tokens come in fives', tokens ~= nil and #tokens.data > 20 and #tokens.data % 5 == 0, tokens)
local symbols = request('textDocument/documentSymbol', { textDocument = document(work) }, work)
check('document symbols', symbols ~= nil and #symbols >= 3, symbols)
vim.api.nvim_set_current_buf(buffer)

-- 200 random edits with characters of one to four bytes. What the server holds afterwards is read off its answers: they must
-- equal those for the same text in a document that was never edited.
math.randomseed(7)
local pieces = { 'a', 'State', '| where ', '"ü"', '"€"', '"😀"', ' ', '==', '// 😀 é', '(', ')', ', ', '1d', "'𝒳'" }
local function boundary(line, byte)
  while byte > 0 and byte < #line and line:byte(byte + 1) >= 0x80 and line:byte(byte + 1) < 0xC0 do
    byte = byte - 1
  end
  return math.min(byte, #line)
end
for _ = 1, 200 do
  local row = math.random(0, vim.api.nvim_buf_line_count(buffer) - 1)
  local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]
  local from = boundary(line, math.random(0, #line))
  local kind = math.random(1, 4)
  if kind == 1 then
    local to = boundary(line, math.random(from, #line))
    vim.api.nvim_buf_set_text(buffer, row, from, row, math.max(from, to), { '' })
  elseif kind == 2 and vim.api.nvim_buf_line_count(buffer) < 40 then
    vim.api.nvim_buf_set_text(buffer, row, from, row, from, { pieces[math.random(#pieces)], '' })
  else
    vim.api.nvim_buf_set_text(buffer, row, from, row, from, { pieces[math.random(#pieces)] })
  end
end
local twin = open(vim.api.nvim_buf_get_lines(buffer, 0, -1, false))
vim.lsp.buf_attach_client(twin, client_id)
for _, method in ipairs({ 'textDocument/semanticTokens/full', 'textDocument/documentSymbol', 'textDocument/foldingRange' }) do
  local edited, err1 = request(method, { textDocument = document(buffer) }, buffer)
  local fresh, err2 = request(method, { textDocument = document(twin) }, twin)
  if method == 'textDocument/semanticTokens/full' then
    edited, fresh = edited and edited.data, fresh and fresh.data
  end
  check(method .. ' after 200 edits equals that of a fresh document', err1 == nil and err2 == nil and vim.deep_equal(edited, fresh), err1 or err2 or 'they differ')
end

client.stop()
wait('the server ends', function()
  return exit_code ~= nil
end)
check('with exit code 0', exit_code == 0, exit_code)
vim.cmd(failed and 'cquit 1' or 'qall!')
