-- Run once in every Lua before any script: what scripts may not have, and what they knew from Lua 5.3.

local math, string, table, debug, os, io = math, string, table, debug, os, io
local error, type, select = error, type, select

-- The clock of the time budget is a hook.
debug.sethook = nil
debug.gethook = nil
-- They could reach what the host keeps in the registry.
debug.getregistry = nil
debug.debug = nil
debug.setcstacklimit = nil

local function denied(name)
  return function()
    error(name .. " is not available to scripts", 2)
  end
end

os.exit = denied("os.exit")
os.execute = denied("os.execute")
io.popen = denied("io.popen")
package.loadlib = denied("package.loadlib")

_VERSION = "Lua 5.3"
warn = nil

-- Functions that Lua 5.3 still had from its predecessors.
math.pow = math.pow or function(x, y) return x ^ y end
math.log10 = math.log10 or function(x) return math.log(x, 10) end
math.cosh = math.cosh or function(x) return (math.exp(x) + math.exp(-x)) / 2 end
math.sinh = math.sinh or function(x) return (math.exp(x) - math.exp(-x)) / 2 end
math.tanh = math.tanh or function(x)
  if x > 20 then return 1.0 elseif x < -20 then return -1.0 end
  local p, n = math.exp(x), math.exp(-x)
  return (p - n) / (p + n)
end
math.ldexp = math.ldexp or function(m, e) return m * 2.0 ^ e end
math.frexp = math.frexp or function(x)
  if x == 0 or x ~= x or x == math.huge or x == -math.huge then
    return x + 0.0, 0
  end
  local e = 0
  local m = math.abs(x) + 0.0
  while m >= 1 do m = m / 2; e = e + 1 end
  while m < 0.5 do m = m * 2; e = e - 1 end
  return x < 0 and -m or m, e
end

if not bit32 then
  local MASK = 0xFFFFFFFF
  local function bits(v) return math.tointeger(math.floor(v % 4294967296.0)) end
  local function word(v)
    if math.type(v) == "integer" then return v & MASK end
    return bits(v)
  end
  bit32 = {}
  function bit32.band(...)
    local r = MASK
    for i = 1, select("#", ...) do r = r & word((select(i, ...))) end
    return r
  end
  function bit32.bor(...)
    local r = 0
    for i = 1, select("#", ...) do r = r | word((select(i, ...))) end
    return r
  end
  function bit32.bxor(...)
    local r = 0
    for i = 1, select("#", ...) do r = r ~ word((select(i, ...))) end
    return r
  end
  function bit32.btest(...) return bit32.band(...) ~= 0 end
  function bit32.bnot(x) return ~word(x) & MASK end
  function bit32.lshift(x, n)
    if n < 0 then return bit32.rshift(x, -n) end
    return n >= 32 and 0 or (word(x) << n) & MASK
  end
  function bit32.rshift(x, n)
    if n < 0 then return bit32.lshift(x, -n) end
    return n >= 32 and 0 or word(x) >> n
  end
  function bit32.arshift(x, n)
    local w = word(x)
    if n < 0 then return bit32.lshift(w, -n) end
    if w < 0x80000000 then return bit32.rshift(w, n) end
    if n >= 32 then return MASK end
    return ((w >> n) | (MASK << (32 - n))) & MASK
  end
  function bit32.lrotate(x, n)
    n = n % 32
    local w = word(x)
    return ((w << n) | (w >> (32 - n))) & MASK
  end
  function bit32.rrotate(x, n) return bit32.lrotate(x, -n) end
  local function field(f, w)
    w = w or 1
    if f < 0 then error("bad argument #2 (field cannot be negative)", 3) end
    if w <= 0 then error("bad argument #3 (width must be positive)", 3) end
    if f + w > 32 then error("trying to access non-existent bits", 3) end
    return f, (1 << w) - 1
  end
  function bit32.extract(x, f, w)
    local at, mask = field(f, w)
    return (word(x) >> at) & mask
  end
  function bit32.replace(x, v, f, w)
    local at, mask = field(f, w)
    return (word(x) & ~(mask << at) & MASK) | ((word(v) & mask) << at)
  end
end

-- Strings as operands: in Lua 5.3 they become floats, also for operations on bits.
do
  local strings = getmetatable("")
  local tonumber, getmetatable, rawget = tonumber, getmetatable, rawget

  local function float(v)
    local n = type(v) == "number" and v or type(v) == "string" and tonumber(v)
    return n and n + 0.0
  end

  -- Another type that knows the operation comes first; then whoever cannot be an operand is to blame.
  local function other(event, a, b, what)
    local operands = { a, b }
    for i = 1, 2 do
      local v = operands[i]
      if type(v) ~= "string" then
        local metatable = getmetatable(v)
        local method = type(metatable) == "table" and rawget(metatable, event)
        if method then
          return method(a, b)
        end
      end
    end
    local wrong = b
    if not float(a) then
      wrong = a
    end
    error("attempt to perform " .. what .. " on a " .. type(wrong) .. " value", 3)
  end

  local function arithmetic(event, operation)
    strings[event] = function(a, b)
      local x, y = float(a), float(b)
      if x and y then
        return operation(x, y)
      end
      -- No tail call: the level of the error counts.
      local result = other(event, a, b, "arithmetic")
      return result
    end
  end

  arithmetic("__add", function(x, y) return x + y end)
  arithmetic("__sub", function(x, y) return x - y end)
  arithmetic("__mul", function(x, y) return x * y end)
  arithmetic("__div", function(x, y) return x / y end)
  arithmetic("__idiv", function(x, y) return x // y end)
  arithmetic("__mod", function(x, y) return x % y end)
  arithmetic("__pow", function(x, y) return x ^ y end)
  arithmetic("__unm", function(x) return -x end)

  local function integer(v)
    local n = type(v) == "number" and v or type(v) == "string" and tonumber(v)
    return n and math.tointeger(n), n
  end

  local function bits(event, operation)
    strings[event] = function(a, b)
      local x, p = integer(a)
      local y, q = integer(b)
      if x and y then
        return operation(x, y)
      elseif p and q then
        error("number has no integer representation", 2)
      end
      local result = other(event, a, b, "bitwise operation")
      return result
    end
  end

  bits("__band", function(x, y) return x & y end)
  bits("__bor", function(x, y) return x | y end)
  bits("__bxor", function(x, y) return x ~ y end)
  bits("__shl", function(x, y) return x << y end)
  bits("__shr", function(x, y) return x >> y end)
  bits("__bnot", function(x) return ~x end)
end
