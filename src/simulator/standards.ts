export interface Standard {
  name: string
  /** Name and title of each control; titles are written for the simulator. `manual`: no automatic assessment exists. */
  controls: { name: string; title: string; manual?: true }[]
}

function standard(name: string, controls: [string, string, 'manual'?][]): Standard {
  return {
    name,
    controls: controls.map(([control, title, manual]) => ({ name: control, title, ...(manual && { manual: true }) })),
  }
}

/** Part of what a company would have assigned. Names of standards and controls: Microsoft Learn, regulatory compliance standards. */
export const standards: Standard[] = [
  standard('Microsoft-cloud-security-benchmark', [
    ['NS-1', 'Establish network segmentation boundaries'],
    ['NS-2', 'Secure cloud services with network controls'],
    ['IM-3', 'Manage application identities securely'],
    ['PA-1', 'Separate and limit highly privileged users'],
    ['DP-3', 'Encrypt sensitive data in transit'],
    ['DP-4', 'Enable data at rest encryption by default'],
    ['LT-1', 'Enable threat detection capabilities'],
    ['PV-5', 'Perform vulnerability assessments'],
    ['ES-2', 'Use modern anti-malware software'],
    ['IR-1', 'Preparation of the response plan', 'manual'],
  ]),
  standard('PCI-DSS-v4', [
    ['1.2.1', 'Configuration standards for network controls'],
    ['2.2.7', 'Administrative access is encrypted'],
    ['3.5.1', 'Stored account data is unreadable'],
    ['8.3.1', 'User access is authenticated'],
    ['10.2.1', 'Audit logs are enabled'],
    ['12.1.1', 'A security policy is published', 'manual'],
  ]),
  standard('ISO-27001-2022', [
    ['A.5.15', 'Access control'],
    ['A.8.8', 'Management of technical vulnerabilities'],
    ['A.8.24', 'Use of cryptography'],
    ['A.6.3', 'Awareness, education and training', 'manual'],
  ]),
]
