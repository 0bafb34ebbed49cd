/** Where Teams keeps the files of chats: people's OneDrive, which is SharePoint, in each of Microsoft's clouds. */
const homes = ['.sharepoint.com', '.sharepoint.us', '.sharepoint-mil.us', '.sharepoint.cn']

/** Without authentication everybody is on this machine, files too. */
export function filesOf(withoutAuth: boolean): (address: URL) => boolean {
  return ({ protocol, hostname }) =>
    (protocol === 'https:' && homes.some(home => hostname.endsWith(home))) || (withoutAuth && hostname === '127.0.0.1')
}
