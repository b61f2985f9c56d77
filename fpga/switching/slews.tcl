# Slews of all outputs of cells, s, rising and falling, to slews.txt. Given: library, top, period
# of the clock, and slew of what comes from without, ns. Clock and reset reach all without delay.
read_liberty $library
read_verilog core.v
link_design $top
create_clock -name clk -period $period [get_ports clk]
set_input_transition $slew [all_inputs]
set_input_delay -clock clk 0 [all_inputs]
set file [open slews.txt w]
foreach pattern {*/Y */Q */YC */YS} {
    foreach pin [get_pins -quiet $pattern] {
        foreach vertex [$pin vertices] {
            set slews [list [lindex [$vertex slews rise] end] [lindex [$vertex slews fall] end]]
            puts $file "[get_full_name $pin] $slews"
        }
    }
}
close $file
