var e={init:{summary:"write a first alien.yaml, and the schema that editors complete it from",usage:"init [DIRECTORY]",examples:["alien-compile init","alien-compile init services/connector"]},validate:{summary:"say what is wrong with a stack, for every platform it supports",usage:"validate [FILE\u2026]",examples:["alien-compile validate","alien-compile validate base.yaml production.yaml --platform kubernetes","alien-compile validate --format sarif > findings.sarif"]},render:{summary:"write Kubernetes manifests",usage:"render [FILE\u2026]",examples:["alien-compile render | kubectl apply -f -","alien-compile render base.yaml production.yaml --output manifests/","alien-compile render --image connector=ghcr.io/acme/connector:v2"]},compile:{summary:"write the compiled stack, or the platform's stack.json",usage:"compile [FILE\u2026] --emit ir|stack",examples:["alien-compile compile --emit ir","alien-compile compile alien.yaml --emit stack > stack.json"]},schema:{summary:"write the JSON Schema of alien.yaml",usage:"schema [--layer]",examples:["alien-compile schema > alien.schema.json"]},explain:{summary:"explain a finding, or list them all",usage:"explain [CODE]",examples:["alien-compile explain AL3001","alien-compile explain unknown-link"]}},a={file:"a file, a directory with an alien.yaml, or `-`; repeat it for layers, later over earlier",platform:"local, kubernetes, aws, gcp or azure",namespace:"the namespace of the manifests; wins over the file's",image:"run another image than the file says","secrets-file":"read values of secrets from NAME=value lines","include-secrets":"print the values of secrets, as a Secret",format:"the form of the result",diagnostics:"the form of the findings: text, json, github or sarif",output:"write to this directory, one object a file; or to this file, if it ends in .yaml or .json",emit:"ir: the compiled stack; stack: the platform's stack.json",layer:"the schema of a layer, where nothing is required",color:"auto, always or never",quiet:"say nothing but findings",help:"this text",version:"the version"},t={title:"alien-compile: one always-on background process, declared in alien.yaml",usage:"alien-compile [COMMAND] [FILE\u2026]",bare:"Without a command, `render`. Without a file, alien.yaml in this directory.",commands:"Commands",flags:"Flags",examples:"Examples",usageTitle:"Usage",more:"`alien-compile COMMAND --help` says more about one."},i=`# yaml-language-server: $schema=./alien.schema.json
# One always-on background process. Editors complete and check this file from the schema beside it.

# Name of the stack: it starts the names of everything that is created.
stack: my-stack

resources:
  # The id of the daemon.
  agent:
    type: daemon
    code:
      type: image
      # A public image that stays up without arguments. Put your own here.
      image: docker.io/fluent/fluent-bit:3.1.9

    # Variables are text: quote numbers.
    environment:
      LOG_LEVEL: info
      # A secret is declared below and only referred to here.
      # API_TOKEN: { secret: api-token }

    # What the daemon links, it finds as ALIEN_<ID>_BINDING.
    # links: [credentials]

# Where values of secrets come from; never the values themselves.
# secrets:
#   api-token: { env: API_TOKEN }

# Settings that only one platform has.
# platforms:
#   kubernetes:
#     namespace: my-namespace
`;export{e as a,a as b,t as c,i as d};
