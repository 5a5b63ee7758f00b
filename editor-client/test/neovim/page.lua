-- The blocks of docs/editors/neovim.md, as they stand there: a file opens, the server starts by itself, hover and completion are those of
-- the keyboard, F5 and F6 run the query at the caret. CALYPSO_PAGE is the page; calypso is on the PATH. Which of the page's two ways to
-- start is taken depends on this Neovim; before 0.8 vim.lsp.start is made of what it has, as the page says.
local patience = 60000
local failed = false
local function check(name, ok, detail)
  io.stdout:write((ok and 'ok   ' or 'FAIL ') .. name .. (ok and '' or ': ' .. vim.inspect(detail)) .. '\n')
  failed = failed or not ok
end
local function wait(name, condition)
  check(name, vim.wait(patience, condition, 20), 'no answer in ' .. patience .. ' ms')
end

if vim.lsp.start == nil then
  vim.g.do_filetype_lua = 1 -- 0.7 has vim.filetype behind this switch
  vim.lsp.start = function(config)
    local client = vim.lsp.start_client(config)
    vim.lsp.buf_attach_client(0, client)
    return client
  end
end

local blocks, block = {}, nil
for line in io.lines(vim.env.CALYPSO_PAGE) do
  if line == '```lua' then
    block = {}
  elseif line == '```' and block ~= nil then
    table.insert(blocks, table.concat(block, '\n'))
    block = nil
  elseif block ~= nil then
    table.insert(block, line)
  end
end
check('the page has its blocks', #blocks == 4, #blocks)
for i, text in ipairs(blocks) do
  local chunk, why = loadstring(text)
  check('block ' .. i .. ' is Lua', chunk ~= nil, why)
  local newest = i == 1
  if not (newest and vim.lsp.config == nil) and not (i == 2 and vim.lsp.config ~= nil) then
    chunk()
  end
end

local messages = {}
vim.lsp.handlers['window/showMessage'] = function(_, message)
  table.insert(messages, message.message)
end

local file = vim.fn.getcwd() .. '/a.kql'
vim.fn.writefile({ 'StormEvents', '| where State == "TEXAS"', '| count', '', 'print Answer = 6 * 7' }, file)
vim.cmd('filetype on')
vim.cmd('edit ' .. file)
check('the file is KQL', vim.bo.filetype == 'kql', vim.bo.filetype)
local function client()
  local all = vim.lsp.get_active_clients and vim.lsp.get_active_clients() or vim.lsp.get_clients()
  return all[1]
end
wait('the server starts by itself', function()
  return client() ~= nil and client().initialized and vim.lsp.buf_is_attached(0, client().id)
end)

-- The floating window of vim.lsp.buf.hover(), the key K.
vim.api.nvim_win_set_cursor(0, { 2, 10 })
local function floating()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n'), window
    end
  end
  return ''
end
wait('K shows the type of a column', function()
  vim.lsp.buf.hover()
  return vim.wait(1000, function() return floating():find('string') ~= nil end, 20)
end)
local _, window = floating()
if window ~= nil then
  vim.api.nvim_win_close(window, true)
end

-- Ctrl+X Ctrl+O where Neovim asks the server.
vim.bo.omnifunc = 'v:lua.vim.lsp.omnifunc'
vim.api.nvim_buf_set_lines(0, 1, 2, false, { '| where DamageP' })
vim.api.nvim_win_set_cursor(0, { 2, 15 })
wait('Ctrl+X Ctrl+O offers a column', function()
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/completion', vim.lsp.util.make_position_params(0, 'utf-16'), 5000)
  return vim.inspect(answers):find('DamageProperty') ~= nil
end)
vim.api.nvim_buf_set_lines(0, 1, 2, false, { '| where State == "TEXAS"' })

local function rows()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n'):find('| *42') then
      return true
    end
  end
  for _, message in ipairs(messages) do
    local at = message:match('is in (.+)$')
    if at ~= nil and vim.fn.filereadable(at) == 1 and table.concat(vim.fn.readfile(at), '\n'):find('42') then
      return true
    end
  end
  return false
end
local here = vim.api.nvim_get_current_win()
vim.api.nvim_win_set_cursor(0, { 5, 2 })
vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('<F5>', true, false, true), 'x', false)
wait('F5 opens the rows, or says where they are', rows)

vim.api.nvim_set_current_win(here)
vim.cmd('buffer ' .. vim.fn.bufnr(file))
vim.api.nvim_win_set_cursor(0, { 5, 2 })
vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('<F6>', true, false, true), 'x', false)
local below = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
check('F6 shows them in a window below', below:find('Answer') ~= nil and below:find('42') ~= nil and vim.bo.buftype == 'nofile', below)

for _, each in pairs(vim.lsp.get_active_clients and vim.lsp.get_active_clients() or vim.lsp.get_clients()) do
  each.stop()
end
vim.cmd(failed and 'cquit 1' or 'qall!')
