-- Filters: of instances, of HTTP requests, of queries.

function ReceivedInstanceFilter(dicom, origin, info)
  if dicom.StudyDescription == 'refuse' and origin.RequestOrigin == 'RestApi' then
    return false
  end
  return not (dicom.Modality == 'XX' and info.HasPixelData)
end

function IncomingHttpRequestFilter(method, uri, ip, username, headers)
  if uri:find('^/modalities') and headers['x-secret'] ~= 'open' and ip == '127.0.0.1' then
    return false
  end
  return method ~= 'DELETE' or headers['user-agent'] ~= nil
end

function IncomingFindRequestFilter(query, origin)
  if origin.RemoteAet == 'NARROW' then
    query['0010,0020'] = 'find-0'
  end
  query['5555,0010'] = nil
  return query
end
