: # a hook
