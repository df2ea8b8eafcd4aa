-- Auto-routing: what comes from outside goes on to the sink; what was routed away is deleted.

function OnStoredInstance(instanceId, tags, metadata, origin)
  if origin.RequestOrigin == 'Lua' or tags.StudyDescription ~= 'route' then
    return
  end
  -- Conditional: by name, by modality, or not at all.
  local name = string.lower(tags.PatientName or '')
  if name:find('keep') then
    SendToModality(instanceId, 'sink')
  elseif tags.Modality == 'OT' and name:find('^test') then
    Delete(SendToModality(instanceId, 'sink'))
  end
end
