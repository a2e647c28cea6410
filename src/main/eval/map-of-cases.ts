/** The service map of a folder of cases, beside them: where their repositories are. */
export const mapOfCases = "service-map.yaml";
