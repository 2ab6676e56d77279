# Stands in for the headers of Node, which node-gyp would otherwise download before it reads binding.gyp. The one target
# there is of type none and compiles nothing, so nothing is needed from them (package.json: config.node_gyp_nodedir).
{}
