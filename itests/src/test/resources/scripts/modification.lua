-- Modification on arrival, by the short functions and by the REST API.

local routed = OnStoredInstance

function OnStoredInstance(instanceId, tags, metadata, origin)
  routed(instanceId, tags, metadata, origin)
  if origin.RequestOrigin == 'Lua' or metadata.ModifiedFrom ~= nil then
    return
  end
  if tags.StudyDescription == 'modify' then
    local replace = {}
    replace['StationName'] = 'My Station'
    replace['InstitutionName'] = 'Number ' .. #tags.PatientID
    Delete(SendToModality(ModifyInstance(instanceId, replace, { 'AccessionNumber' }, true), 'sink'))
    Delete(instanceId)
  elseif tags.StudyDescription == 'rest' then
    local command = { Replace = { StationName = 'By REST' }, Remove = { 'AccessionNumber' } }
    local file = RestApiPost('/instances/' .. instanceId .. '/modify', DumpJson(command, true))
    local id = ParseJson(RestApiPost('/instances', file))['ID']
    RestApiPost('/modalities/sink/store', id)
    RestApiDelete('/instances/' .. instanceId)
  end
end
