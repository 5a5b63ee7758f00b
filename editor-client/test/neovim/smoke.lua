-- A headless Neovim with no code of ours: start, hover, completion, diagnostics, random edits, clean exit. Written for
-- Neovim 0.7, which Debian 12 has. Prints a line for each check; ends with an error code when one fails.
-- CALYPSO_BINARY is the program, CALYPSO_ENCODING the position encoding to offer: utf-16 or utf-8.
local binary = assert(vim.env.CALYPSO_BINARY, 'CALYPSO_BINARY is not set')
local encoding = vim.env.CALYPSO_ENCODING or 'utf-16'
local patience = 10000

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

local diagnostics = {}
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
  handlers = {
    ['textDocument/publishDiagnostics'] = function(_, result)
      diagnostics[result.uri] = result.diagnostics
    end,
  },
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
  local all = diagnostics[vim.uri_from_bufnr(buffer)]
  return all ~= nil and #all > 0 and all[1].range.start.line == 1
end)
vim.api.nvim_buf_set_lines(buffer, 1, 2, false, { '| where State == "TEXAS"' })
wait('and none when it is corrected', function()
  local all = diagnostics[vim.uri_from_bufnr(buffer)]
  return all ~= nil and #all == 0
end)

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
