-- Run once in every Lua after the functions of the host are there: how the host calls scripts, and what scripts ask the
-- server to do after a callback.

local ParseJson, DumpJson, rawget, type, error, select = ParseJson, DumpJson, rawget, type, error, select
local unpack, concat = table.unpack, table.concat
local globals = _G

local configuration = _ConfigurationJson
_ConfigurationJson = nil

-- A table of its own at each call: scripts may change what they get.
function GetOrthancConfiguration()
  return ParseJson(configuration())
end

local operations = {}

-- An operation is done after the callback, in order. "" as a resource is the one that the operation before has made.
local function add(operation)
  operations[#operations + 1] = operation
end

local function resource(id, name)
  if type(id) ~= "string" then
    error("bad argument #1 to '" .. name .. "' (identifier of a resource expected, got " .. type(id) .. ")", 3)
  end
  return id
end

local function target(value, name)
  if type(value) ~= "string" then
    error("bad argument #2 to '" .. name .. "' (name expected, got " .. type(value) .. ")", 3)
  end
  return value
end

function SendToModality(resourceId, modality, localAet)
  add { Operation = "store-scu", Resource = resource(resourceId, "SendToModality"),
        Target = target(modality, "SendToModality"), LocalAet = localAet }
  return resourceId
end

function SendToPeer(resourceId, peer)
  add { Operation = "store-peer", Resource = resource(resourceId, "SendToPeer"), Target = target(peer, "SendToPeer") }
  return resourceId
end

-- What is deleted cannot be worked on: as in Orthanc, there is no result.
function Delete(resourceId)
  add { Operation = "delete", Resource = resource(resourceId, "Delete") }
  return nil
end

local function modify(name)
  return function(resourceId, replacements, removals, removePrivateTags)
    add { Operation = name == "ModifyInstance" and "modify-instance" or "modify-resource",
          Resource = resource(resourceId, name), Replace = replacements or {}, Remove = removals or {},
          RemovePrivateTags = removePrivateTags and true or false }
    return ""
  end
end

ModifyInstance = modify("ModifyInstance")
ModifyResource = modify("ModifyResource")

function CallSystem(resourceId, command, args)
  if type(command) ~= "string" then
    error("No command was specified for system call", 2)
  end
  add { Operation = "system-call", Resource = resource(resourceId, "CallSystem"), Target = command, Arguments = args or {} }
  return resourceId
end

-- Orthanc defines these two for its own use; scripts call them to begin an empty list of operations and to read the list.
function _InitializeJob()
  operations = {}
end

local ORTHANC_NAMES = { ["modify-instance"] = "modify", ["modify-resource"] = "modify", ["system-call"] = "call-system" }
local ORTHANC_TARGETS = { ["store-scu"] = "Modality", ["store-peer"] = "Peer", ["system-call"] = "Command" }

function _AccessJob()
  local job = {}
  for i = 1, #operations do
    local from = operations[i]
    local to = { Operation = ORTHANC_NAMES[from.Operation] or from.Operation, Resource = from.Resource,
                 LocalAet = from.LocalAet, Replace = from.Replace, Remove = from.Remove, Arguments = from.Arguments,
                 RemovePrivateTags = from.RemovePrivateTags or nil }
    local target = ORTHANC_TARGETS[from.Operation]
    if target then
      to[target] = from.Target
    end
    job[i] = to
  end
  return job
end

local function decode(kinds, ...)
  local n = select("#", ...)
  local values = { ... }
  for i = 1, n do
    if kinds:byte(i) == 106 then -- 'j'
      values[i] = ParseJson(values[i])
    end
  end
  return unpack(values, 1, n)
end

local marked = {}

local function names(condition, ...)
  local found = {}
  for i = 1, select("#", ...) do
    local name = (select(i, ...))
    local value = rawget(globals, name)
    if type(value) == "function" and condition(name, value) then
      found[#found + 1] = name
    end
  end
  return concat(found, " ")
end

return {
  mark = function(...)
    marked = {}
    for i = 1, select("#", ...) do
      local name = (select(i, ...))
      marked[name] = rawget(globals, name)
    end
  end,
  defined = function(...)
    return names(function() return true end, ...)
  end,
  live = function(...)
    return names(function(name, value) return marked[name] ~= value end, ...)
  end,
  call = function(name, kinds, ...)
    return (rawget(globals, name))(decode(kinds, ...))
  end,
  has = function(name)
    return type(rawget(globals, name)) == "function"
  end,
  takeOperations = function()
    if #operations == 0 then
      return ""
    end
    local json = DumpJson(operations, true)
    operations = {}
    return json
  end,
}
